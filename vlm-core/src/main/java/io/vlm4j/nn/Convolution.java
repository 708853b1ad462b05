package io.vlm4j.nn;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.function.Supplier;

/**
 * A convolution over the plane and the activation after it: float32 [B, C, H, W] to [B, C', H',
 * W']. What follows the convolution in training is part of its weights here: batch norm with its
 * running statistics, or the standardisation of the weights.
 */
public final class Convolution {
  private final ScriptObject layer;

  private Convolution(ScriptObject layer) {
    this.layer = layer;
  }

  /**
   * What a convolution looks like.
   *
   * @param inputs channels C
   * @param outputs channels C'
   * @param kernel side of the window
   * @param stride places from one window to the next
   * @param groups channels are in so many groups that do not mix
   * @param same padded as TensorFlow does it; else by half the window on all sides
   * @param dilation places from one point of the window to the next
   */
  public record Shape(
      int inputs, int outputs, int kernel, int stride, int groups, boolean same, int dilation) {
    /** Checks that the groups are whole. */
    public Shape {
      if (inputs < 1 || outputs < 1 || groups < 1 || inputs % groups + outputs % groups != 0) {
        throw new InvalidModelException(
            "a convolution from %d to %d channels in %d groups is not possible"
                .formatted(inputs, outputs, groups));
      }
    }

    /** At every place, all channels together. */
    public static Shape of(int inputs, int outputs, int kernel) {
      return new Shape(inputs, outputs, kernel, 1, 1, false, 1);
    }

    /** The same with a stride. */
    public Shape strided(int places) {
      return new Shape(inputs, outputs, kernel, places, groups, same, dilation);
    }

    /** The same in groups. */
    public Shape grouped(int count) {
      return new Shape(inputs, outputs, kernel, stride, count, same, dilation);
    }

    /** The same with the other padding. */
    public Shape padded(boolean likeTensorFlow) {
      return new Shape(inputs, outputs, kernel, stride, groups, likeTensorFlow, dilation);
    }

    /** The same with a wider window of as many points. */
    public Shape dilated(int places) {
      return new Shape(inputs, outputs, kernel, stride, groups, same, places);
    }

    private int fanIn() {
      return inputs / groups * kernel * kernel;
    }
  }

  /** Reads {@code weight} [C', C, k, k] and {@code bias} [C']. */
  public static Convolution load(Weights weights, Shape shape, Activation activation) {
    return keeping(() -> make(weight(weights, shape), bias(weights, shape), shape, activation, 1));
  }

  /**
   * Reads {@code weight} [C', C, k, k] and the batch norm {@code norm.*}: scale, shift, running
   * mean and variance [C'].
   *
   * @see <a href="https://arxiv.org/abs/1502.03167">Batch normalization</a>
   */
  public static Convolution withBatchNorm(
      Weights weights, Shape shape, double epsilon, Activation activation) {
    return keeping(
        () -> {
          Tensor unscaled = weight(weights, shape);
          Weights norm = weights.at("norm");
          int outputs = shape.outputs();
          Tensor scale =
              KernelLibrary.shared()
                  .call(
                      "batch_norm_scale",
                      norm.getFloat("weight", outputs),
                      norm.getFloat("running_var", outputs),
                      epsilon);
          Tensor mean = norm.getFloat("running_mean", outputs);
          Tensor bias = norm.getFloat("bias", outputs).add(mean.mul(scale).mul(-1));
          Tensor weight = unscaled.mul(scale.view(outputs, 1, 1, 1));
          return make(weight, bias, shape, activation, 1);
        });
  }

  /**
   * Scaled weight standardisation: reads {@code weight} [C', C, k, k], {@code gain} and {@code
   * bias} [C'].
   *
   * @param gamma makes up for the variance that the activation before takes away; 1 where the
   *     activations do so themselves
   * @param gain factor on the activation
   * @see <a href="https://arxiv.org/abs/2101.08692">Characterizing signal propagation in
   *     unnormalized ResNets</a>
   */
  public static Convolution standardized(
      Weights weights,
      Shape shape,
      double gamma,
      double epsilon,
      Activation activation,
      double gain) {
    return keeping(
        () -> {
          Tensor weight =
              KernelLibrary.shared()
                  .call(
                      "standardize",
                      weight(weights, shape),
                      weights.getReshaped("gain", shape.outputs()),
                      gamma / Math.sqrt(shape.fanIn()),
                      epsilon);
          return make(weight, bias(weights, shape), shape, activation, gain);
        });
  }

  /** [B, C, H, W] to [B, C', H', W']. */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("convolution_forward", layer, x);
  }

  /** The native object; none for none. */
  static ScriptObject layer(Convolution convolution) {
    return convolution == null ? null : convolution.layer;
  }

  private static Tensor weight(Weights weights, Shape shape) {
    int inputs = shape.inputs() / shape.groups();
    return weights.getFloat("weight", shape.outputs(), inputs, shape.kernel(), shape.kernel());
  }

  private static Tensor bias(Weights weights, Shape shape) {
    return weights.getFloat("bias", shape.outputs());
  }

  /** Only the layer outlives the loading, which needs the stored weights besides. */
  private static Convolution keeping(Supplier<Convolution> loader) {
    try (TensorScope scope = TensorScope.open()) {
      Convolution made = loader.get();
      scope.keep(made.layer);
      return made;
    }
  }

  private static Convolution make(
      Tensor weight, Tensor bias, Shape shape, Activation activation, double gain) {
    return new Convolution(
        KernelLibrary.shared()
            .callObject(
                "convolution",
                weight,
                bias,
                shape.stride(),
                shape.groups(),
                shape.same(),
                shape.dilation(),
                activation.scriptName(),
                gain));
  }
}

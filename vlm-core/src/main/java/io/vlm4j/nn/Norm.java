package io.vlm4j.nn;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.Arrays;

/** Layer norm or RMS norm over the last dimension. */
public final class Norm {
  private final ScriptObject layer;

  private Norm(ScriptObject layer) {
    this.layer = layer;
  }

  /** Layer norm: reads {@code weight} [D] and {@code bias} [D]. */
  public static Norm layerNorm(Weights weights, int size, double epsilon) {
    return layerNorm(weights, size, epsilon, true);
  }

  /** Layer norm: reads {@code weight} [D] and, if it has one, {@code bias} [D]. */
  public static Norm layerNorm(Weights weights, int size, double epsilon, boolean bias) {
    return make(
        false,
        weights.getFloat("weight", size),
        bias ? weights.getFloat("bias", size) : null,
        epsilon);
  }

  /** Layer norm that neither scales nor shifts. */
  public static Norm layerNormWithoutWeights(Device device, int size, double epsilon) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return make(false, Tensor.of(ones, size).to(device), null, epsilon);
  }

  /** RMS norm: reads {@code weight} [D]. */
  public static Norm rmsNorm(Weights weights, int size, double epsilon) {
    return make(true, weights.getFloat("weight", size), null, epsilon);
  }

  /**
   * Normalises.
   *
   * @param x float32 [..., D]
   */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("norm_forward", layer, x);
  }

  ScriptObject layer() {
    return layer;
  }

  private static Norm make(boolean rms, Tensor weight, Tensor bias, double epsilon) {
    return new Norm(KernelLibrary.shared().callObject("norm", rms, weight, bias, epsilon));
  }
}

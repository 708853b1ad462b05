package io.vlm4j.train;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adam with decoupled weight decay; matrices decay, vectors do not.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Decoupled weight decay regularization</a>
 */
final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Parameters parameters;
  private final double weightDecay;
  private final Map<String, Tensor> means = new TreeMap<>();
  private final Map<String, Tensor> squares = new TreeMap<>();
  private final TensorScope scope;

  private AdamW(Parameters parameters, double weightDecay, TensorScope scope) {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    this.scope = scope;
  }

  /** Begins with no memory. */
  static AdamW of(Parameters parameters, double weightDecay) {
    return TensorScope.owning(
        scope -> {
          AdamW made = new AdamW(parameters, weightDecay, scope);
          parameters
              .byName()
              .forEach(
                  (name, tensor) -> {
                    made.means.put(name, tensor.mul(0));
                    made.squares.put(name, tensor.mul(0));
                  });
          return made;
        });
  }

  /** Goes on with these moments. */
  static AdamW of(
      Parameters parameters,
      double weightDecay,
      Map<String, Tensor> means,
      Map<String, Tensor> squares) {
    return TensorScope.owning(
        scope -> {
          AdamW made = new AdamW(parameters, weightDecay, scope);
          means.forEach((name, tensor) -> made.means.put(name, tensor.copy()));
          squares.forEach((name, tensor) -> made.squares.put(name, tensor.copy()));
          return made;
        });
  }

  Map<String, Tensor> means() {
    return means;
  }

  Map<String, Tensor> squares() {
    return squares;
  }

  /**
   * One step.
   *
   * @param gradients in the order of the parameters
   * @param step counted from 1
   */
  void step(List<Tensor> gradients, double learningRate, int step) {
    update(gradients, learningRate, step, true);
    update(gradients, learningRate, step, false);
  }

  private void update(List<Tensor> gradients, double learningRate, int step, boolean matrices) {
    try (TensorScope temporary = TensorScope.open()) {
      List<Tensor> own = new ArrayList<>();
      List<Tensor> ownGradients = new ArrayList<>();
      List<Tensor> ownMeans = new ArrayList<>();
      List<Tensor> ownSquares = new ArrayList<>();
      List<Tensor> steps = new ArrayList<>();
      int index = 0;
      for (Map.Entry<String, Tensor> entry : parameters.byName().entrySet()) {
        Tensor gradient = gradients.get(index++);
        if (entry.getValue().rank() > 1 == matrices) {
          own.add(entry.getValue());
          ownGradients.add(gradient);
          ownMeans.add(means.get(entry.getKey()));
          ownSquares.add(squares.get(entry.getKey()));
          steps.add(Tensor.of(new float[] {step}, 1));
        }
      }
      if (!own.isEmpty()) {
        KernelLibrary.shared()
            .callLong(
                "adamw",
                array(own),
                array(ownGradients),
                array(ownMeans),
                array(ownSquares),
                array(steps),
                learningRate,
                BETA1,
                BETA2,
                matrices ? weightDecay : 0.0,
                EPSILON);
      }
    }
  }

  private static Object array(List<Tensor> tensors) {
    return tensors.toArray(Tensor[]::new);
  }

  @Override
  public void close() {
    scope.close();
  }
}

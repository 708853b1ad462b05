package io.vlm4j.train;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

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
   * @param learningRate of a parameter, by its name
   * @param step counted from 1
   */
  void step(List<Tensor> gradients, ToDoubleFunction<String> learningRate, int step) {
    Map<Group, List<Integer>> groups = new LinkedHashMap<>();
    List<Map.Entry<String, Tensor>> all = List.copyOf(parameters.byName().entrySet());
    for (int i = 0; i < all.size(); i++) {
      boolean matrix = all.get(i).getValue().rank() > 1;
      Group group = new Group(learningRate.applyAsDouble(all.get(i).getKey()), matrix);
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(i);
    }
    groups.forEach((group, members) -> update(gradients, all, members, group, step));
  }

  private void update(
      List<Tensor> gradients,
      List<Map.Entry<String, Tensor>> all,
      List<Integer> members,
      Group group,
      int step) {
    try (TensorScope temporary = TensorScope.open()) {
      KernelLibrary.shared()
          .callLong(
              "adamw",
              array(members, i -> all.get(i).getValue()),
              array(members, gradients::get),
              array(members, i -> means.get(all.get(i).getKey())),
              array(members, i -> squares.get(all.get(i).getKey())),
              array(members, i -> Tensor.of(new float[] {step}, 1)),
              group.learningRate,
              BETA1,
              BETA2,
              group.matrices ? weightDecay : 0.0,
              EPSILON);
    }
  }

  private static Object array(List<Integer> members, IntFunction<Tensor> tensor) {
    return members.stream().map(tensor::apply).toArray(Tensor[]::new);
  }

  @Override
  public void close() {
    scope.close();
  }

  /** Parameters that are treated alike. */
  private record Group(double learningRate, boolean matrices) {}
}

package io.vlm4j.train;

import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.WeightSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights that learn, by name. A module is built anew from them for each pass, as from a
 * checkpoint, so that whatever its loader does to a weight (joining, turning) has gradients too.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> tensors;
  private final TensorScope scope;

  private Parameters(Map<String, Tensor> tensors, TensorScope scope) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.scope = scope;
  }

  /** Copies of these, in float32. */
  static Parameters of(Map<String, Tensor> initial) {
    return TensorScope.owning(
        scope -> {
          Map<String, Tensor> variables = new TreeMap<>();
          try (Autograd autograd = Autograd.open()) {
            initial.forEach((name, tensor) -> variables.put(name, Autograd.variable(tensor)));
          }
          return new Parameters(variables, scope);
        });
  }

  /** By name, in the order of {@link #list()}. */
  Map<String, Tensor> byName() {
    return tensors;
  }

  List<Tensor> list() {
    return List.copyOf(tensors.values());
  }

  /** How many numbers there are. */
  public long count() {
    return tensors.values().stream().mapToLong(one -> Tensor.elements(one.shape())).sum();
  }

  /** Those below a prefix, by the rest of their names. */
  Map<String, Tensor> below(String prefix) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            own.put(name.substring(prefix.length()), tensor);
          }
        });
    return own;
  }

  /** Those below a prefix, as a checkpoint of their own. */
  WeightSource checkpoint(String prefix) {
    return new HeldWeights(below(prefix), "the weights in training");
  }

  @Override
  public void close() {
    scope.close();
  }
}

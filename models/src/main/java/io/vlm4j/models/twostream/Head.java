package io.vlm4j.models.twostream;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.function.Function;

/**
 * What stands on a model's body for one task.
 *
 * @param names what the reference calls the output
 * @param layers the layers; the result is float32 [.., C]
 */
record Head(List<String> names, Function<Streams, Tensor> layers) {
  static Head of(Function<Streams, Tensor> layers, String... names) {
    return new Head(List.of(names), layers);
  }

  /** The logits, without a dimension for the batch; they belong to the caller's scope. */
  Tensor forward(Streams streams) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = layers.apply(streams);
      long[] shape = logits.shape();
      Tensor rows = shape.length == 3 ? logits.view(shape[1], shape[2]) : logits.view(-1);
      names.forEach(name -> Trace.record(name, () -> rows));
      return scope.keep(rows);
    }
  }
}

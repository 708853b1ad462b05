package io.vlm4j.encoders.convnet;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;

/** One step of a network. */
@FunctionalInterface
public interface Step {
  /** Applies it. */
  Tensor forward(Tensor x);

  /** One step after the other; what they make on the way is freed at the end. */
  static Step sequence(List<Step> steps) {
    return x -> {
      try (TensorScope scope = TensorScope.open()) {
        Tensor hidden = x;
        for (Step step : steps) {
          hidden = step.forward(hidden);
        }
        return scope.keep(hidden);
      }
    };
  }
}

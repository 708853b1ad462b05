package io.vlm4j.models.imagebind;

import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** From the place that stands for the whole to the unit sphere: norm, projection, length 1. */
final class SpaceHead {
  private final Norm norm;
  private final Linear projection;

  SpaceHead(TrunkConfig config, int spaceSize, Weights weights) {
    norm = Norm.layerNorm(weights.at("norm"), config.size(), config.epsilon());
    projection = Linear.load(weights.at("projection"), config.size(), spaceSize, false);
  }

  /** [B, D] to [B, E]. */
  Tensor forward(Tensor pooled) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor projected = projection.forward(norm.forward(pooled));
      return scope.keep(SpaceProjection.normalized(projected));
    }
  }
}

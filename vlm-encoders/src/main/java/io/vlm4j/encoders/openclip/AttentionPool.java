package io.vlm4j.encoders.openclip;

import io.vlm4j.encoders.convnet.Step;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Pooling;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;

/** The mean of the places attends to itself and all places: [B, T, D] to [B, E]. */
final class AttentionPool implements Step {
  private final CrossAttention attention;
  private final Tensor positions;
  private final int embedSize;

  /**
   * Reads {@code positional_embedding} [T + 1, D] and the projections {@code q_proj}, {@code
   * k_proj}, {@code v_proj}, {@code c_proj}.
   */
  AttentionPool(Weights weights, int width, int heads, int places, int embedSize) {
    this.positions = weights.getFloat("positional_embedding", places + 1L, width);
    this.embedSize = embedSize;
    Linear keyValue =
        Linear.fused(
            List.of(weights.at("k_proj"), weights.at("v_proj")),
            width,
            List.of(width, width),
            true);
    this.attention =
        CrossAttention.builder(heads, width / heads)
            .query(Linear.load(weights.at("q_proj"), width, width, true))
            .keyValue(keyValue)
            .output(Linear.load(weights.at("c_proj"), width, embedSize, true))
            .build();
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.size(1) + 1 != positions.size(0)) {
      throw new InvalidImageException(
          "attention pooling has positions for %d places, the image gives %d; use images of the size of training"
              .formatted(positions.size(0) - 1, x.size(1)));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor tokens = Tensor.cat(1, Pooling.meanOfTokens(x), x).add(positions);
      Tensor pooled = attention.branch(tokens.narrow(1, 0, 1), tokens);
      return scope.keep(pooled.view(x.size(0), embedSize));
    }
  }
}

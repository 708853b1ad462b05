package io.vlm4j.models.twostream;

import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;

/**
 * ViLBERT's co-attention: each stream asks with its own queries for the other's keys and values,
 * then has a feed-forward of its own.
 */
record CoAttentionBlock(Side text, Side regions) {
  /**
   * One direction.
   *
   * @param attention of this stream to the other
   * @param mlp of this stream
   */
  record Side(CrossAttention attention, Mlp mlp) {
    Tensor forward(Tensor own, Tensor other, Tensor otherMask) {
      return mlp.forward(attention.forward(own, other, otherMask));
    }
  }

  /**
   * Both streams after the block.
   *
   * @param text float32 [1, T, D]
   * @param regions float32 [1, N, D']
   */
  record Pair(Tensor text, Tensor regions) {}

  /** Reads {@code text} and {@code regions}. */
  static CoAttentionBlock load(VilbertConfig config, Weights weights) {
    return new CoAttentionBlock(
        side(config, weights, "text", config.text(), "regions", config.regions()),
        side(config, weights, "regions", config.regions(), "text", config.text()));
  }

  private static Side side(
      VilbertConfig config,
      Weights weights,
      String name,
      VilbertConfig.Stream own,
      String otherName,
      VilbertConfig.Stream other) {
    Weights side = weights.at(name);
    Weights seen = weights.at(otherName); // keys and values come from the other stream
    int coSize = config.coSize();
    CrossAttention attention =
        CrossAttention.builder(config.coHeads(), coSize / config.coHeads())
            .query(Heads.linear(side.at("query"), own.size(), coSize))
            .keyValue(
                Linear.fused(
                    List.of(seen.at("key"), seen.at("value")),
                    other.size(),
                    List.of(coSize, coSize),
                    true))
            .output(Heads.linear(side.at("output"), coSize, own.size()))
            .residual(
                Residual.thenNorm(Norm.layerNorm(side.at("norm"), own.size(), config.epsilon())))
            .build();
    Mlp mlp =
        own.sublayers(config.epsilon())
            .mlp(side.at("mlp"), own.intermediateSize(), own.activation());
    return new Side(attention, mlp);
  }

  Pair forward(Pair streams, Tensor textMask, Tensor regionMask) {
    try (TensorScope scope = TensorScope.open()) {
      return new Pair(
          scope.keep(text.forward(streams.text, streams.regions, regionMask)),
          scope.keep(regions.forward(streams.regions, streams.text, textMask)));
    }
  }
}

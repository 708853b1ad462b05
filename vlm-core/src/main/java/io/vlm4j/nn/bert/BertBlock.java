package io.vlm4j.nn.bert;

import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.PostNormLayers;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** A block of BERT: every place sees every other, then a feed-forward for each. */
public final class BertBlock {
  private final Attention attention;
  private final Mlp mlp;

  private BertBlock(Attention attention, Mlp mlp) {
    this.attention = attention;
    this.mlp = mlp;
  }

  /** Reads {@code attention} and {@code mlp}. */
  public static BertBlock load(
      PostNormLayers layers, Weights block, int intermediateSize, Activation activation) {
    return new BertBlock(
        layers.attention(block.at("attention")),
        layers.mlp(block.at("mlp"), intermediateSize, activation));
  }

  /**
   * Runs the block.
   *
   * @param hidden float32 [B, T, D]
   * @param mask added to the scores, broadcasts to [B, heads, T, T]; null for none
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor hidden, Tensor mask) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(mlp.forward(attention.forward(hidden, mask)));
    }
  }
}

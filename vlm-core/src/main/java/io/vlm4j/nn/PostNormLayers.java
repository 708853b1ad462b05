package io.vlm4j.nn;

import io.vlm4j.weights.Weights;
import java.util.List;

/**
 * The sublayers of BERT: biases everywhere, and after each sublayer a norm over its sum with the
 * stream.
 *
 * @param size width D
 * @param heads attention heads
 * @param epsilon of the norms
 * @see <a href="https://arxiv.org/abs/1810.04805">BERT</a>
 */
public record PostNormLayers(int size, int heads, double epsilon) {
  /** Self-attention: {@code query}, {@code key}, {@code value}, {@code output}, {@code norm}. */
  public Attention attention(Weights layer) {
    return attentionBuilder(layer).build();
  }

  /** As above, where a position sees only those before it. */
  public Attention causalAttention(Weights layer) {
    return attentionBuilder(layer).causal().build();
  }

  private Attention.Builder attentionBuilder(Weights layer) {
    return Attention.builder(heads, size / heads)
        .queryKeyValue(
            Linear.fused(
                List.of(layer.at("query"), layer.at("key"), layer.at("value")),
                size,
                List.of(size, size, size),
                true))
        .output(Linear.load(layer.at("output"), size, size, true))
        .residual(residual(layer));
  }

  /** Attention to a context of another width, under the same names. */
  public CrossAttention crossAttention(Weights layer, int contextSize) {
    return CrossAttention.builder(heads, size / heads)
        .query(Linear.load(layer.at("query"), size, size, true))
        .keyValue(
            Linear.fused(
                List.of(layer.at("key"), layer.at("value")),
                contextSize,
                List.of(size, size),
                true))
        .output(Linear.load(layer.at("output"), size, size, true))
        .residual(residual(layer))
        .build();
  }

  /** Feed-forward: {@code up}, {@code down}, {@code norm}. */
  public Mlp mlp(Weights layer, int intermediateSize, Activation activation) {
    return Mlp.of(
        null,
        Linear.load(layer.at("up"), size, intermediateSize, true),
        activation,
        Linear.load(layer.at("down"), intermediateSize, size, true),
        residual(layer));
  }

  private Residual residual(Weights layer) {
    return Residual.thenNorm(Norm.layerNorm(layer.at("norm"), size, epsilon));
  }
}

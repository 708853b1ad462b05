package io.vlm4j.nn.perceiver;

import io.vlm4j.nn.Activation;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;

/** An attention and the feed-forward after it; both normalise what comes in. */
final class PerceiverLayer {
  private static final double EPSILON = 1e-5;

  private final CrossAttention attention;
  private final Mlp mlp;
  private final boolean queryResidual;

  private PerceiverLayer(CrossAttention attention, Mlp mlp, boolean queryResidual) {
    this.attention = attention;
    this.mlp = mlp;
    this.queryResidual = queryResidual;
  }

  /**
   * Reads a layer whose queries look at inputs.
   *
   * @param querySize width of the queries
   * @param inputSize width of the inputs
   * @param widening how many times the queries the feed-forward is wide
   * @param queryResidual the queries join what they see
   */
  static PerceiverLayer crossAttention(
      Weights weights,
      AttentionWidths widths,
      int querySize,
      int inputSize,
      int widening,
      Activation activation,
      boolean queryResidual) {
    Weights layer = weights.mapped(PerceiverNames.LAYER);
    Norm norm = Norm.layerNorm(layer.at("norm"), querySize, EPSILON);
    Norm inputNorm = Norm.layerNorm(layer.at("context_norm"), inputSize, EPSILON);
    return new PerceiverLayer(
        attention(layer, widths, norm, inputNorm, querySize, inputSize),
        mlp(layer, querySize, widening, activation),
        queryResidual);
  }

  /** Reads a layer whose queries look at one another. */
  static PerceiverLayer selfAttention(
      Weights weights, AttentionWidths widths, int size, int widening, Activation activation) {
    Weights layer = weights.mapped(PerceiverNames.LAYER);
    Norm norm = Norm.layerNorm(layer.at("norm"), size, EPSILON);
    return new PerceiverLayer(
        attention(layer, widths, norm, norm, size, size),
        mlp(layer, size, widening, activation),
        true);
  }

  /** Queries [B, N, D] look at one another. */
  Tensor forward(Tensor queries) {
    return forward(queries, queries);
  }

  /** Queries [B, N, D] look at inputs [B, M, C]: [B, N, D]. */
  Tensor forward(Tensor queries, Tensor inputs) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor seen =
          queryResidual ? attention.forward(queries, inputs) : attention.branch(queries, inputs);
      return scope.keep(mlp.forward(seen));
    }
  }

  private static CrossAttention attention(
      Weights layer,
      AttentionWidths widths,
      Norm norm,
      Norm inputNorm,
      int querySize,
      int inputSize) {
    return CrossAttention.builder(widths.heads(), widths.queryKey() / widths.heads())
        .valueSize(widths.value() / widths.heads())
        .norm(norm)
        .contextNorm(inputNorm)
        .query(Linear.load(layer.at("query"), querySize, widths.queryKey(), true))
        .keyValue(
            Linear.fused(
                List.of(layer.at("key"), layer.at("value")),
                inputSize,
                List.of(widths.queryKey(), widths.value()),
                true))
        .output(Linear.load(layer.at("output"), widths.value(), querySize, true))
        .build();
  }

  private static Mlp mlp(Weights layer, int size, int widening, Activation activation) {
    return Mlp.of(
        Norm.layerNorm(layer.at("mlp.norm"), size, EPSILON),
        Linear.load(layer.at("mlp.up"), size, widening * size, true),
        activation,
        Linear.load(layer.at("mlp.down"), widening * size, size, true),
        Residual.plain());
  }
}

package io.vlm4j.nn.perceiver;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * Decodes latents into any number of outputs: a learned query for each looks at the latents. The
 * queries do not see one another, so that only the outputs that are wanted need be computed.
 */
public final class PerceiverDecoder {
  /** What the reference gives the decoder of a masked language model, whatever its size. */
  private static final int TEXT_HEADS = 8;

  private static final int TEXT_QUERY_KEY_SIZE = 256;

  private final Tensor queries;
  private final Device device;
  private final PerceiverLayer crossAttention;

  private PerceiverDecoder(
      PerceiverConfig config,
      Weights weights,
      int count,
      int size,
      AttentionWidths widths,
      boolean queryResidual) {
    this.queries = weights.getFloat("queries", count, size);
    this.device = weights.placement().device();
    this.crossAttention =
        PerceiverLayer.crossAttention(
            weights.at("cross_attention"),
            widths,
            size,
            config.latentSize(),
            1,
            config.activation(),
            queryResidual);
  }

  /** Reads the decoder of a classifier: one query, as wide as the latents. */
  public static PerceiverDecoder ofClass(PerceiverConfig config, Weights weights) {
    int size = config.latentSize();
    return new PerceiverDecoder(config, weights, 1, size, new AttentionWidths(1, size, size), true);
  }

  /** Reads the decoder of a masked language model: a query for each place in the text. */
  public static PerceiverDecoder ofText(PerceiverConfig config, Weights weights) {
    int size = config.textSize();
    return new PerceiverDecoder(
        config,
        weights,
        config.maxPositions(),
        size,
        new AttentionWidths(TEXT_HEADS, TEXT_QUERY_KEY_SIZE, size),
        false);
  }

  /**
   * All outputs.
   *
   * @param latents float32 [B, N, D]
   * @return float32 [B, queries, width of a query]
   */
  public Tensor forward(Tensor latents) {
    return decode(queries, latents);
  }

  /**
   * Some outputs.
   *
   * @param latents float32 [B, N, D]
   * @param places which queries look at the latents
   * @return float32 [B, places, width of a query]
   */
  public Tensor forward(Tensor latents, int... places) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor index = Tensor.ofIds(places).to(device);
      return scope.keep(decode(queries.select(0, index), latents));
    }
  }

  private Tensor decode(Tensor asking, Tensor latents) {
    try (TensorScope scope = TensorScope.open()) {
      int count = asking.size(0);
      int size = asking.size(1);
      Tensor batch = asking.view(1, count, size).expand(latents.size(0), count, size);
      return scope.keep(crossAttention.forward(batch, latents));
    }
  }
}

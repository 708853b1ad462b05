package io.vlm4j.connectors.qformer;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.PostNormLayers;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/**
 * One block: queries and text attend to each other, the queries look at the image, and each of the
 * two has its own feed-forward.
 */
final class QFormerBlock {
  private final int queries;
  private final Attention attention;
  private final Optional<CrossAttention> crossAttention;
  private final Mlp queryMlp;
  private final Optional<Mlp> textMlp;

  QFormerBlock(QFormerConfig config, int index, Weights weights) {
    PostNormLayers layers =
        new PostNormLayers(config.hiddenSize(), config.heads(), config.epsilon());
    this.queries = config.queries();
    this.attention = layers.attention(weights.at("attention"));
    this.crossAttention =
        index % config.crossAttentionFrequency() == 0
            ? Optional.of(layers.crossAttention(weights.at("cross_attention"), config.imageSize()))
            : Optional.empty();
    this.queryMlp =
        layers.mlp(weights.at("query_mlp"), config.intermediateSize(), config.activation());
    this.textMlp =
        config.readsText()
            ? Optional.of(
                layers.mlp(weights.at("text_mlp"), config.intermediateSize(), config.activation()))
            : Optional.empty();
  }

  /** A text without queries: float32 [B, T, D] to [B, T, D]. */
  Tensor forwardText(Tensor text) {
    return textMlp.orElseThrow().forward(attention.forward(text));
  }

  /**
   * float32 [B, N + T, D] to [B, N + T, D].
   *
   * @param image features [B, S, D']
   */
  Tensor forward(Tensor sequence, Tensor image) {
    Tensor attended = attention.forward(sequence);
    Tensor own = attended.narrow(1, 0, queries).contiguous();
    Tensor seen = queryMlp.forward(crossAttention.map(c -> c.forward(own, image)).orElse(own));
    int textLength = sequence.size(1) - queries;
    if (textLength == 0) {
      return seen;
    }
    Tensor text = attended.narrow(1, queries, textLength).contiguous();
    return Tensor.cat(1, seen, textMlp.orElseThrow().forward(text));
  }
}

package io.vlm4j.connectors.qformer;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a Q-Former.
 *
 * @param queries number of learned queries N
 * @param hiddenSize width of the queries
 * @param intermediateSize width of the feed-forwards
 * @param layers number of blocks
 * @param heads attention heads
 * @param crossAttentionFrequency every how manyth block looks at the image, from the first on
 * @param imageSize width of the image's features
 * @param outputSize width of the language model's embeddings, or of the space that images share
 *     with texts
 * @param epsilon of the norms
 * @param activation of the feed-forwards
 * @param vocabularySize number of the text's tokens; 0 if it reads none
 * @param maxPositions most tokens of a text
 */
public record QFormerConfig(
    int queries,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int crossAttentionFrequency,
    int imageSize,
    int outputSize,
    double epsilon,
    Activation activation,
    int vocabularySize,
    int maxPositions) {

  /** Checks that the numbers go together. */
  public QFormerConfig {
    if (queries < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || crossAttentionFrequency < 1
        || imageSize < 1
        || outputSize < 1) {
      throw new InvalidModelException(
          "num_query_tokens, hidden_size, intermediate_size, num_hidden_layers,"
              + " cross_attention_frequency and encoder_hidden_size must be positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
  }

  /**
   * Reads a {@code qformer_config}; defaults of Blip2QFormerConfig.
   *
   * @param readsText texts stand beside the queries or alone
   * @throws UnsupportedModelException for relative positions
   */
  public static QFormerConfig of(JsonNode json, int queries, int outputSize, boolean readsText) {
    String positions = json.getString("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw new UnsupportedModelException(
          "position_embedding_type '" + positions + "' is not supported; supported is absolute");
    }
    return new QFormerConfig(
        queries,
        json.getInt("hidden_size", 768),
        json.getInt("intermediate_size", 3072),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", 12),
        json.getInt("cross_attention_frequency", 2),
        json.getInt("encoder_hidden_size", 1408),
        outputSize,
        json.getDouble("layer_norm_eps", 1e-12),
        Activation.of(json.getString("hidden_act", "gelu")),
        readsText ? json.getInt("vocab_size", 30522) : 0,
        json.getInt("max_position_embeddings", 512));
  }

  /** True if texts stand beside the queries or alone. */
  public boolean readsText() {
    return vocabularySize > 0;
  }
}

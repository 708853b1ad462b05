package io.vlm4j.nn.bert;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.PostNormLayers;

/**
 * The shape of a BERT with cross-attention.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads attention heads
 * @param contextSize width of what it looks at
 * @param maxPositions the context
 * @param epsilon of the norms
 * @param activation of the feed-forward and of the prediction head
 * @param startToken with which the decoder begins
 * @param tiedEmbeddings the output layer is the embedding table
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int contextSize,
    int maxPositions,
    double epsilon,
    Activation activation,
    int startToken,
    boolean tiedEmbeddings) {

  /** Checks that the numbers go together. */
  public BertConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || contextSize < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size, num_hidden_layers, encoder_hidden_size and"
              + " max_position_embeddings must be positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
  }

  /**
   * {@code model_type} blip_text_model; defaults of BlipTextConfig.
   *
   * @throws UnsupportedModelException for relative positions
   */
  public static BertConfig of(JsonNode json) {
    String positions = json.getString("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw new UnsupportedModelException(
          "position_embedding_type '" + positions + "' is not supported; supported is absolute");
    }
    return new BertConfig(
        json.getInt("vocab_size", 30524),
        json.getInt("hidden_size", 768),
        json.getInt("intermediate_size", 3072),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", 8),
        json.getInt("encoder_hidden_size", 768),
        json.getInt("max_position_embeddings", 512),
        json.getDouble("layer_norm_eps", 1e-12),
        Activation.of(json.getString("hidden_act", "gelu")),
        json.getInt("bos_token_id", 30522),
        json.getBoolean("tie_word_embeddings", true));
  }

  /** The sublayers of its blocks. */
  public PostNormLayers postNormLayers() {
    return new PostNormLayers(hiddenSize, heads, epsilon);
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.PostNormLayers;

/**
 * The shape of a VisualBERT.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param heads attention heads
 * @param intermediateSize width of the feed-forwards
 * @param layers blocks
 * @param activation of the feed-forwards
 * @param maxPositions tokens of the longest text
 * @param segments that text and regions may have
 * @param epsilon of the norms
 * @param featureSize width F of the regions' features
 * @param bypass the regions join the text only in one more block after the others
 */
record VisualBertConfig(
    int vocabularySize,
    int hiddenSize,
    int heads,
    int intermediateSize,
    int layers,
    Activation activation,
    int maxPositions,
    int segments,
    double epsilon,
    int featureSize,
    boolean bypass) {
  VisualBertConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 0
        || maxPositions < 1
        || featureSize < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size, max_position_embeddings and"
              + " visual_embedding_dim must be positive, num_hidden_layers not negative");
    }
    if (segments < 2) {
      throw new InvalidModelException(
          "type_vocab_size is " + segments + "; regions are segment 1, so it must be at least 2");
    }
    LxmertConfig.requireDivides("hidden_size", hiddenSize, "num_attention_heads", heads);
  }

  /** {@code model_type} visual_bert; defaults of VisualBertConfig. */
  static VisualBertConfig of(JsonNode json) {
    return new VisualBertConfig(
        json.getInt("vocab_size", 30522),
        json.getInt("hidden_size", 768),
        json.getInt("num_attention_heads", 12),
        json.getInt("intermediate_size", 3072),
        json.getInt("num_hidden_layers", 12),
        Activation.of(json.getString("hidden_act", "gelu")),
        json.getInt("max_position_embeddings", 512),
        json.getInt("type_vocab_size", 2),
        json.getDouble("layer_norm_eps", 1e-12),
        json.getInt("visual_embedding_dim", 512),
        json.getBoolean("bypass_transformer", false));
  }

  PostNormLayers postNormLayers() {
    return new PostNormLayers(hiddenSize, heads, epsilon);
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.PostNormLayers;

/**
 * The shape of an LXMERT.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D of both streams
 * @param heads attention heads
 * @param intermediateSize width of the feed-forwards
 * @param activation of the feed-forwards
 * @param maxPositions tokens of the longest text
 * @param segments that a text may have
 * @param textLayers blocks of the text alone
 * @param crossLayers blocks of both
 * @param regionLayers blocks of the regions alone
 * @param featureSize width F of the regions' features
 * @param locationSize numbers that say where a region is
 * @param answers answers to choose from
 * @param objects classes of regions
 * @param attributes attributes of regions
 */
record LxmertConfig(
    int vocabularySize,
    int hiddenSize,
    int heads,
    int intermediateSize,
    Activation activation,
    int maxPositions,
    int segments,
    int textLayers,
    int crossLayers,
    int regionLayers,
    int featureSize,
    int locationSize,
    int answers,
    int objects,
    int attributes) {
  /** The reference has it in the code, whatever the configuration says. */
  static final double EPSILON = 1e-12;

  LxmertConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || maxPositions < 1
        || segments < 1
        || featureSize < 1
        || locationSize < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size, max_position_embeddings, type_vocab_size,"
              + " visual_feat_dim and visual_pos_dim must be positive");
    }
    if (textLayers < 0 || regionLayers < 0 || crossLayers < 0) {
      throw new InvalidModelException("l_layers, r_layers and x_layers must not be negative");
    }
    requireDivides("hidden_size", hiddenSize, "num_attention_heads", heads);
  }

  /** {@code model_type} lxmert; defaults of LxmertConfig. */
  static LxmertConfig of(JsonNode json) {
    return new LxmertConfig(
        json.getInt("vocab_size", 30522),
        json.getInt("hidden_size", 768),
        json.getInt("num_attention_heads", 12),
        json.getInt("intermediate_size", 3072),
        Activation.of(json.getString("hidden_act", "gelu")),
        json.getInt("max_position_embeddings", 512),
        json.getInt("type_vocab_size", 2),
        json.getInt("l_layers", 9),
        json.getInt("x_layers", 5),
        json.getInt("r_layers", 5),
        json.getInt("visual_feat_dim", 2048),
        json.getInt("visual_pos_dim", 4),
        json.getInt("num_qa_labels", 9500),
        json.getInt("num_object_labels", 1600),
        json.getInt("num_attr_labels", 400));
  }

  PostNormLayers layers() {
    return new PostNormLayers(hiddenSize, heads, EPSILON);
  }

  static void requireDivides(String sizeName, int size, String headsName, int heads) {
    if (heads < 1 || size % heads != 0) {
      throw new InvalidModelException(
          "%s %d is not a multiple of %s %d".formatted(sizeName, size, headsName, heads));
    }
  }
}

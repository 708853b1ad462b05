package io.vlm4j.models.blip2;

import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.qformer.QFormerConfig;

/**
 * The configurations inside BLIP-2's and InstructBLIP's.
 *
 * @param config the whole
 */
record Blip2Configs(JsonNode config) {
  /** Width of the tower where {@code vision_config} is silent, as Blip2VisionConfig has it. */
  private static final int VISION_SIZE = 1408;

  JsonNode vision() {
    return config.objectOrEmpty("vision_config").withDefault("model_type", "blip_2_vision_model");
  }

  /** The Q-Former reads the tower's features, whatever its own part says of their width. */
  QFormerConfig qformer(int outputSize, boolean readsText) {
    return QFormerConfig.of(
        config
            .objectOrEmpty("qformer_config")
            .with("encoder_hidden_size", vision().getInt("hidden_size", VISION_SIZE)),
        config.getInt("num_query_tokens", 32),
        outputSize,
        readsText);
  }

  /** Length E of the vectors that images share with texts. */
  int spaceSize() {
    return config.getInt("image_text_hidden_size", 256);
  }
}

package io.vlm4j.models.blip;

import io.vlm4j.config.JsonNode;

/** The two configurations inside BLIP's. */
final class BlipConfigs {
  private BlipConfigs() {}

  static JsonNode vision(JsonNode config) {
    return config.objectOrEmpty("vision_config").withDefault("model_type", "blip_vision_model");
  }

  /** The text looks at the tower's features, whatever its own configuration says of their width. */
  static JsonNode text(JsonNode config, int imageSize) {
    return config
        .objectOrEmpty("text_config")
        .withDefault("model_type", "blip_text_model")
        .with("encoder_hidden_size", imageSize);
  }
}

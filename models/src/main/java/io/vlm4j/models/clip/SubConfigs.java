package io.vlm4j.models.clip;

import io.vlm4j.config.JsonNode;

/** The configurations of the towers inside a model's. */
public final class SubConfigs {
  private SubConfigs() {}

  /**
   * One of them; old files have the values that count under {@code KEY_dict}.
   *
   * @param key {@code text_config} or {@code vision_config}
   */
  public static JsonNode of(JsonNode config, String key) {
    return config.has(key + "_dict") ? config.get(key + "_dict") : config.objectOrEmpty(key);
  }

  /** The vision tower's, to be opened as another type. */
  public static JsonNode vision(JsonNode config, String modelType) {
    JsonNode type = JsonNode.parse("\"" + modelType + "\"", config.origin());
    return of(config, "vision_config").with("model_type", type);
  }
}

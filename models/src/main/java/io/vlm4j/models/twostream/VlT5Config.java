package io.vlm4j.models.twostream;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;

/**
 * How VL-T5 embeds regions.
 *
 * @param featureSize width F of the regions' features
 * @param hiddenSize width D of the language model
 * @param ordered images and regions are told apart by their numbers
 * @param normalised there is a norm
 * @param apart features and locations have a norm each, instead of one over their sum
 * @param epsilon of the norms
 */
record VlT5Config(
    int featureSize,
    int hiddenSize,
    boolean ordered,
    boolean normalised,
    boolean apart,
    double epsilon) {
  VlT5Config {
    if (featureSize < 1 || hiddenSize < 1) {
      throw new InvalidModelException("feat_dim and d_model must be positive");
    }
  }

  /** T5's configuration with the keys and defaults of param.py in j-min/VL-T5. */
  static VlT5Config of(JsonNode json) {
    if (json.getBoolean("classifier", false)) {
      throw new UnsupportedModelException(
          "a VL-T5 that classifies is not supported; supported are those that write answers");
    }
    int locationSize = json.getInt("pos_dim", 4);
    if (locationSize != 4) {
      throw new UnsupportedModelException(
          "pos_dim " + locationSize + " is not supported; supported is 4");
    }
    return new VlT5Config(
        json.getInt("feat_dim", 2048),
        json.getInt("d_model", 512),
        json.getBoolean("use_vis_order_embedding", true),
        json.getBoolean("use_vis_layer_norm", true),
        json.getBoolean("individual_vis_layer_norm", true),
        json.getDouble("layer_norm_epsilon", 1e-6));
  }
}

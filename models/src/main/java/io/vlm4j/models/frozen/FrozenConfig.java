package io.vlm4j.models.frozen;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ConfigKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code config.json} of Frozen.
 *
 * @param json the file
 * @param prefixTokens embeddings of an image
 * @param languageModel folder of the language model, relative to the file's
 * @param vision the encoder
 */
record FrozenConfig(JsonNode json, int prefixTokens, String languageModel, JsonNode vision) {
  /** Frozen's own prefix has two embeddings. */
  private static final int PREFIX_TOKENS = 2;

  private static final Set<String> KEYS =
      Set.of(
          "image_size",
          "image_mean",
          "image_std",
          "interpolation",
          "resize",
          "num_prefix_tokens",
          "lm",
          "vision",
          "prompt");

  private static final Set<String> MEANS = Set.of("avg", "mean", "mean over H and W");

  /** Keys of {@code vision} that are no arguments of timm's network. */
  private static final Set<String> AROUND_THE_NETWORK =
      Set.of("family", "pool", "num_features", "model_type");

  static FrozenConfig of(JsonNode json) {
    ConfigKeys.requireKnown(json, "", KEYS);
    JsonNode vision = json.get("vision");
    String pooling = vision.getString("pool", "avg");
    if (!MEANS.contains(pooling)) {
      throw new UnsupportedModelException(
          "%s: vision.pool is '%s'; supported: avg".formatted(json.origin(), pooling));
    }
    return new FrozenConfig(
        json, json.getInt("num_prefix_tokens", PREFIX_TOKENS), json.getString("lm", "lm"), vision);
  }

  /**
   * The encoder's configuration as its provider reads it: with a {@code model_type} or a timm
   * {@code architecture} as it is; a {@code family} whose last word is the architecture as timm's
   * folders have it.
   *
   * @param finalConvolution the checkpoint has a convolution of width {@code num_features} after
   *     the stages; else that is only what the last stage has
   */
  JsonNode encoder(boolean finalConvolution) {
    if (vision.has("architecture")) {
      return vision.withDefault("model_type", "timm");
    }
    if (!vision.has("family")) {
      return vision;
    }
    String family = vision.getString("family");
    JsonNode arguments = JsonNode.empty(json.origin());
    for (String key : vision.keys()) {
      boolean ofNetwork = !AROUND_THE_NETWORK.contains(key);
      if (vision.has(key) && (ofNetwork || (key.equals("num_features") && finalConvolution))) {
        arguments = arguments.with(key, vision.get(key));
      }
    }
    int side = json.getInt("image_size");
    return JsonNode.of(
            Map.of(
                "model_type", "timm",
                "architecture", family.substring(family.lastIndexOf(' ') + 1),
                "pretrained_cfg", Map.of("input_size", List.of(3, side, side))),
            json.origin())
        .with("model_args", arguments);
  }
}

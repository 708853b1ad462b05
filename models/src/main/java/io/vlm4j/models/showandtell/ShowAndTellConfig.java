package io.vlm4j.models.showandtell;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.ConfigKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code config.json} of Show and Tell.
 *
 * @param json the file
 * @param featureSize width of the image's feature: channels of the last convolution
 * @param embeddingSize width of the LSTM's inputs
 * @param startToken the second input, after the image
 * @param endToken ends a caption
 */
record ShowAndTellConfig(
    JsonNode json, int featureSize, int embeddingSize, int startToken, int endToken) {
  /** The LSTM's depth has had several names. */
  private static final List<String> LAYERS =
      List.of("num_layers", "lstm_layers", "num_lstm_layers");

  private static final Set<String> KEYS =
      Set.of(
          "image_size",
          "image_mean",
          "image_std",
          "interpolation",
          "resize",
          "cnn_channels",
          "bn_eps",
          "embed_size",
          "hidden_size",
          "vocab_size",
          "num_layers",
          "lstm_layers",
          "num_lstm_layers",
          "pad_id",
          "start_id",
          "end_id",
          "unk_id",
          "beam");

  static ShowAndTellConfig of(JsonNode json) {
    ConfigKeys.requireKnown(json, "", KEYS);
    List<JsonNode> channels = json.get("cnn_channels").asList();
    if (channels.isEmpty()) {
      throw new InvalidModelException(json.origin() + ": cnn_channels is empty");
    }
    return new ShowAndTellConfig(
        json,
        channels.get(channels.size() - 1).asInt(),
        json.getInt("embed_size"),
        json.getInt("start_id"),
        json.getInt("end_id"));
  }

  /** The encoder's configuration as its provider reads it. */
  JsonNode encoder() {
    return part("plain_cnn", Map.of("cnn_channels", "channels"), "bn_eps", "image_size");
  }

  /** The decoder's configuration as its provider reads it. */
  JsonNode languageModel() {
    Map<String, String> names = new LinkedHashMap<>();
    LAYERS.forEach(name -> names.put(name, "num_layers"));
    return part("lstm", names, "vocab_size", "embed_size", "hidden_size");
  }

  /** The ids of the tokens that are no words, by the hub's names of their roles. */
  Map<String, Integer> roles() {
    Map<String, Integer> roles = new LinkedHashMap<>();
    json.optional("pad_id").ifPresent(id -> roles.put("pad_token", id.asInt()));
    roles.put("bos_token", startToken);
    roles.put("eos_token", endToken);
    roles.put("unk_token", json.getInt("unk_id"));
    return roles;
  }

  /**
   * The folder's defaults of generation, with the sum of the log-probabilities as the score of a
   * beam (section 3.1 of the paper). The paper keeps complete sentences in the beam; here the next
   * best take their places, which changes nothing: they score less, and sums only fall.
   */
  GenerationConfig generation(GenerationConfig folder) {
    GenerationOptions own =
        GenerationOptions.builder().eosTokenIds(List.of(endToken)).lengthPenalty(0).build();
    return new GenerationConfig(
        folder.bosTokenId(),
        folder.padTokenId(),
        folder.decoderStartTokenId(),
        folder.defaults().withDefaults(own));
  }

  /** Some of the keys, a few of them under other names. */
  private JsonNode part(String modelType, Map<String, String> renamed, String... kept) {
    JsonNode part = JsonNode.empty(json.origin()).withDefault("model_type", modelType);
    for (Map.Entry<String, String> names : renamed.entrySet()) {
      if (json.has(names.getKey())) {
        part = part.with(names.getValue(), json.get(names.getKey()));
      }
    }
    return part.withFallback(json, kept);
  }
}

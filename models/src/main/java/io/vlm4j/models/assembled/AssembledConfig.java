package io.vlm4j.models.assembled;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.FeatureSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code config.json} of an assembled model. Paths are relative to its folder.
 *
 * @param encoder folder of the vision encoder
 * @param selection which of its features are used
 * @param averagePooling patches along one side of the blocks that are averaged; 1 for none
 * @param pixelShuffle patches along one side of the blocks that are then joined; 1 for none
 * @param connector folder of the connector
 * @param crossAttention folder of the gated layers that are put into the language model; empty for
 *     none, where the images stand in the sequence
 * @param languageModel folder or GGUF file of the language model
 * @param prompt the convention of prompts
 */
public record AssembledConfig(
    String encoder,
    FeatureSelection selection,
    int averagePooling,
    int pixelShuffle,
    String connector,
    String crossAttention,
    String languageModel,
    PromptTemplate prompt) {
  /** The {@code model_type} of assembled models. */
  public static final String MODEL_TYPE = "vlm4j";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** Reads a configuration. */
  public static AssembledConfig of(JsonNode json) {
    JsonNode encoder = json.get("encoder");
    JsonNode pooling = json.objectOrEmpty("pooling");
    List<Integer> layers =
        encoder.has("feature_layers")
            ? Arrays.stream(encoder.get("feature_layers").asInts()).boxed().toList()
            : List.of();
    return new AssembledConfig(
        encoder.getString("path"),
        new FeatureSelection(layers, encoder.getBoolean("class_token", false)),
        factor(pooling, "average"),
        factor(pooling, "pixel_shuffle"),
        json.get("connector").getString("path"),
        json.objectOrEmpty("cross_attention").getString("path", ""),
        json.get("language_model").getString("path"),
        PromptTemplate.of(json.objectOrEmpty("prompt")));
  }

  /** Writes {@code config.json} into a folder; the parts must be where it says. */
  public void write(Path folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_type", MODEL_TYPE);
    json.put(
        "encoder",
        Map.of(
            "path", encoder,
            "feature_layers", selection.layers(),
            "class_token", selection.prefixTokens()));
    json.put("pooling", Map.of("average", averagePooling, "pixel_shuffle", pixelShuffle));
    json.put("connector", Map.of("path", connector));
    if (!crossAttention.isEmpty()) {
      json.put("cross_attention", Map.of("path", crossAttention));
    }
    json.put("language_model", Map.of("path", languageModel));
    json.put("prompt", prompt.toMap());
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), GSON.toJson(json) + "\n");
    } catch (IOException e) {
      throw new InvalidModelException("cannot write " + folder + ": " + e.getMessage(), e);
    }
  }

  private static int factor(JsonNode pooling, String key) {
    int factor = pooling.getInt(key, 1);
    if (factor < 1) {
      throw new InvalidModelException(
          pooling.origin() + ": pooling." + key + " is " + factor + "; expected 1 or more");
    }
    return factor;
  }
}

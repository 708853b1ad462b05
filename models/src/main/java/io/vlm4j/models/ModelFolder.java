package io.vlm4j.models;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ImageProcessors;
import io.vlm4j.text.ChatTemplate;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A model folder in the hub's layout: config, weights, tokenizer, preprocessing. */
public final class ModelFolder {
  private final Path path;
  private final JsonNode config;

  private ModelFolder(Path path, JsonNode config) {
    this.path = path;
    this.config = config;
  }

  /**
   * Opens a folder.
   *
   * @throws InvalidModelException if there is no folder or no {@code config.json} in it
   */
  public static ModelFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new InvalidModelException(
          Files.exists(path)
              ? path + " is a file; expected a model folder with a config.json"
              : "no folder " + path);
    }
    Path config = path.resolve("config.json");
    if (!Files.exists(config)) {
      throw new InvalidModelException(
          path + " has no config.json; expected a folder as the hub lays it out");
    }
    return new ModelFolder(path, JsonNode.read(config));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** {@code config.json}. */
  public JsonNode config() {
    return config;
  }

  /** {@code model_type} of the configuration. */
  public String modelType() {
    return config.getString("model_type");
  }

  /** A configuration that need not be there. */
  public JsonNode optionalConfig(String file) {
    Path json = path.resolve(file);
    return Files.exists(json) ? JsonNode.read(json) : JsonNode.empty(json.toString());
  }

  /** The weights; only their headers are read. */
  public WeightSource weights() {
    return WeightSources.open(path);
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return Tokenizers.load(path);
  }

  /** The chat template, if the folder has one. */
  public Optional<ChatTemplate> chatTemplate() {
    return ChatTemplate.load(path);
  }

  /** The preprocessing of {@code preprocessor_config.json}. */
  public ImageProcessor imageProcessor() {
    return ImageProcessors.fromConfig(JsonNode.read(path.resolve("preprocessor_config.json")));
  }

  /** Defaults of generation. */
  public GenerationConfig generationConfig() {
    return GenerationConfig.read(path);
  }

  /** True if images can be preprocessed. */
  public boolean hasPreprocessing() {
    return Files.exists(path.resolve("preprocessor_config.json"));
  }
}

package io.vlm4j.models;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ImageProcessors;
import io.vlm4j.text.ChatTemplate;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.AdaptedSource;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model folder: config, weights, tokenizer, preprocessing. The layout is the hub's, timm's or
 * open_clip's; the latter two say no {@code model_type} and get their own name for it.
 */
public final class ModelFolder {
  /** What folders with an {@code open_flamingo.json} are called. */
  public static final String OPEN_FLAMINGO = "open_flamingo";

  /** What folders with the published weights of ImageBind alone are called. */
  public static final String IMAGE_BIND = "imagebind";

  /** What folders with ViLBERT's configuration are called, which says no {@code model_type}. */
  public static final String VILBERT = "vilbert";

  private static final String CONFIG = "config.json";
  private static final String IMAGE_BIND_WEIGHTS = "imagebind_huge.pth";
  private static final String OPEN_FLAMINGO_CONFIG = "open_flamingo.json";
  private static final String OPEN_CLIP_CONFIG = "open_clip_config.json";
  private static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";
  private static final String TIMM = "timm";
  private static final String OPEN_CLIP = "open_clip";

  private final Path path;
  private final JsonNode config;
  private final Optional<Path> adapter;

  private ModelFolder(Path path, JsonNode config) {
    this(path, config, Optional.empty());
  }

  private ModelFolder(Path path, JsonNode config, Optional<Path> adapter) {
    this.path = path;
    this.config = config;
    this.adapter = adapter;
  }

  /**
   * Opens a folder. One with a LoRA adapter and no {@code config.json} opens as the model that its
   * {@code base_model_name_or_path} names, with the adapter merged into its weights.
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
    Path config = path.resolve(CONFIG);
    if (!Files.exists(config) && Files.exists(path.resolve(AdaptedSource.CONFIG))) {
      return adapted(path);
    }
    if (!Files.exists(config) && Files.exists(path.resolve(OPEN_FLAMINGO_CONFIG))) {
      JsonNode openFlamingo = JsonNode.read(path.resolve(OPEN_FLAMINGO_CONFIG));
      return new ModelFolder(path, openFlamingo.withDefault("model_type", OPEN_FLAMINGO));
    }
    if (!Files.exists(config) && Files.exists(path.resolve(OPEN_CLIP_CONFIG))) {
      JsonNode openClip = JsonNode.read(path.resolve(OPEN_CLIP_CONFIG));
      return new ModelFolder(path, openClip.withDefault("model_type", OPEN_CLIP));
    }
    if (!Files.exists(config) && Files.exists(path.resolve(IMAGE_BIND_WEIGHTS))) {
      JsonNode published = JsonNode.empty(path.resolve(IMAGE_BIND_WEIGHTS).toString());
      return new ModelFolder(path, published.withDefault("model_type", IMAGE_BIND));
    }
    if (!Files.exists(config)) {
      throw new InvalidModelException(
          path + " has no config.json; expected a folder as the hub lays it out");
    }
    JsonNode json = JsonNode.read(config);
    if (json.has("vision_embed_dim") && json.has("audio_num_blocks")) {
      return new ModelFolder(path, json.withDefault("model_type", IMAGE_BIND)); // its constructor's
    }
    JsonNode named = json.has("architecture") ? json.withDefault("model_type", TIMM) : json;
    return new ModelFolder(
        path, json.has("v_biattention_id") ? named.withDefault("model_type", VILBERT) : named);
  }

  private static ModelFolder adapted(Path adapter) {
    JsonNode json = JsonNode.read(adapter.resolve(AdaptedSource.CONFIG));
    Path path = HubCache.resolve(json.getString("base_model_name_or_path"));
    if (!Files.exists(path.resolve(CONFIG))) {
      throw new InvalidModelException(
          json.origin() + ": its base_model_name_or_path " + path + " is no model folder");
    }
    ModelFolder base = open(path);
    return new ModelFolder(base.path, base.config, Optional.of(adapter));
  }

  /** Where it is; an adapter's base. */
  public Path path() {
    return path;
  }

  /** {@code config.json}, or {@code open_clip_config.json}. */
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
    WeightSource weights = WeightSources.open(path);
    return adapter.<WeightSource>map(a -> AdaptedSource.of(weights, a)).orElse(weights);
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return Tokenizers.load(path);
  }

  /** The chat template, if the folder has one. */
  public Optional<ChatTemplate> chatTemplate() {
    return ChatTemplate.load(path);
  }

  /** The preprocessing of {@code preprocessor_config.json}, or what a configuration says of it. */
  public ImageProcessor imageProcessor() {
    if (!Files.exists(path.resolve(PREPROCESSOR_CONFIG)) && describesPreprocessing()) {
      return modelType().equals(TIMM)
          ? ImageProcessors.fromTimm(config.get("pretrained_cfg"))
          : ImageProcessors.fromOpenClip(config);
    }
    return ImageProcessors.fromConfig(JsonNode.read(path.resolve(PREPROCESSOR_CONFIG)));
  }

  /** Defaults of generation. */
  public GenerationConfig generationConfig() {
    return GenerationConfig.read(path);
  }

  /** True if images can be preprocessed. */
  public boolean hasPreprocessing() {
    return Files.exists(path.resolve(PREPROCESSOR_CONFIG)) || describesPreprocessing();
  }

  private boolean describesPreprocessing() {
    String type = config.getString("model_type", "");
    return type.equals(TIMM) || type.equals(OPEN_CLIP);
  }
}

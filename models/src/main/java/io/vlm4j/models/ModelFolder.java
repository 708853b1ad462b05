package io.vlm4j.models;

import io.vlm4j.LoadOptions;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    return open(AdaptedPath.of(path));
  }

  /** As {@link #open(Path)}, with the adapter that the options name, if they name one. */
  public static ModelFolder open(Path path, LoadOptions options) {
    return open(path).with(options);
  }

  private static ModelFolder open(AdaptedPath path) {
    if (path.isGguf() && path.adapter().isPresent()) {
      throw new InvalidModelException(
          "%s adapts %s, a language model alone; expected a model folder"
              .formatted(path.adapter().get(), path.base()));
    }
    return new ModelFolder(path.base(), read(path.base()), path.adapter());
  }

  /** The configuration of a folder with its {@code model_type}. */
  private static JsonNode read(Path path) {
    if (!Files.isDirectory(path)) {
      throw new InvalidModelException(
          Files.exists(path)
              ? path + " is a file; expected a model folder with a config.json"
              : "no folder " + path);
    }
    Path config = path.resolve(CONFIG);
    if (!Files.exists(config) && Files.exists(path.resolve(OPEN_FLAMINGO_CONFIG))) {
      JsonNode openFlamingo = JsonNode.read(path.resolve(OPEN_FLAMINGO_CONFIG));
      return openFlamingo.withDefault("model_type", OPEN_FLAMINGO);
    }
    if (!Files.exists(config) && Files.exists(path.resolve(OPEN_CLIP_CONFIG))) {
      JsonNode openClip = JsonNode.read(path.resolve(OPEN_CLIP_CONFIG));
      return openClip.withDefault("model_type", OPEN_CLIP);
    }
    if (!Files.exists(config) && Files.exists(path.resolve(IMAGE_BIND_WEIGHTS))) {
      JsonNode published = JsonNode.empty(path.resolve(IMAGE_BIND_WEIGHTS).toString());
      return published.withDefault("model_type", IMAGE_BIND);
    }
    if (!Files.exists(config)) {
      throw new InvalidModelException(
          path + " has no config.json; expected a folder as the hub lays it out");
    }
    JsonNode json = JsonNode.read(config);
    if (json.has("vision_embed_dim") && json.has("audio_num_blocks")) {
      return json.withDefault("model_type", IMAGE_BIND); // its constructor's
    }
    JsonNode named = json.has("architecture") ? json.withDefault("model_type", TIMM) : json;
    return json.has("v_biattention_id") ? named.withDefault("model_type", VILBERT) : named;
  }

  /** True if there is a folder with a model's configuration or weights that need none. */
  static boolean isModel(Path path) {
    return Stream.of(CONFIG, OPEN_FLAMINGO_CONFIG, OPEN_CLIP_CONFIG, IMAGE_BIND_WEIGHTS)
        .anyMatch(file -> Files.exists(path.resolve(file)));
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

  /** The PEFT folder of the adapter that {@link #weights()} have in them. */
  public Optional<Path> adapter() {
    return adapter;
  }

  /** The weights; only their headers are read. */
  public WeightSource weights() {
    return adapted(WeightSources.open(path));
  }

  /** Other weights of this model, with its adapter merged into them. */
  public WeightSource adapted(WeightSource weights) {
    return adapter.<WeightSource>map(a -> AdaptedSource.of(weights, a)).orElse(weights);
  }

  /** The tensors of an adapter that find no weight here by their names; none if it is for this. */
  public List<String> misfits(Path peft) {
    return AdaptedSource.misfits(weights(), Optional::of, peft);
  }

  /**
   * The same with the adapter that the options name, if they name one.
   *
   * @throws InvalidModelException if it has one already
   */
  public ModelFolder with(LoadOptions options) {
    return new ModelFolder(path, config, new AdaptedPath(path, adapter).with(options).adapter());
  }

  /**
   * Options for a part that takes this folder's adapter.
   *
   * @throws InvalidModelException if they have another one
   */
  public LoadOptions adapting(LoadOptions options) {
    return with(options).adapter().map(options::withAdapter).orElse(options);
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

package io.vlm4j.encoders.vit;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import java.util.EnumSet;
import java.util.Set;

/**
 * A vision transformer's shape.
 *
 * @param hiddenSize width D
 * @param layers number of blocks
 * @param heads attention heads
 * @param intermediateSize width of the feed-forward
 * @param imageSize side of the training images in pixels
 * @param patchSize side of a patch in pixels
 * @param channels colour channels
 * @param epsilon of the layer norms
 * @param activation of the feed-forward
 * @param classToken a class token stands before the patches
 * @param queryKeyValueBias the projections to queries, keys and values have biases
 * @param patchBias the patch projection has a bias
 * @param preNorm a norm follows the embeddings (CLIP)
 * @param finalNorm the last hidden state is normalised (all but CLIP, which does it when pooling)
 * @param layerScale a factor for each feature on what a sublayer adds (DINOv2)
 * @param swiglu the feed-forward is gated (DINOv2 giant)
 * @param positions how positions are chosen for images of another size
 */
public record VitConfig(
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int imageSize,
    int patchSize,
    int channels,
    double epsilon,
    Activation activation,
    boolean classToken,
    boolean queryKeyValueBias,
    boolean patchBias,
    boolean preNorm,
    boolean finalNorm,
    boolean layerScale,
    boolean swiglu,
    Positions positions) {

  /** How the table of positions serves a grid of patches. */
  public enum Positions {
    /** The table fits the training size; other sizes resample it. */
    INTERPOLATED,
    /** Each patch takes the position of its place as a fraction of the image (NaViT). */
    FRACTIONAL
  }

  /** Checks that the numbers go together. */
  public VitConfig {
    requirePositive("hidden_size", hiddenSize);
    requirePositive("num_hidden_layers", layers);
    requirePositive("num_attention_heads", heads);
    requirePositive("intermediate_size", intermediateSize);
    requirePositive("patch_size", patchSize);
    requirePositive("num_channels", channels);
    if (hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
    if (imageSize < patchSize) {
      throw new InvalidModelException(
          "image_size " + imageSize + " is less than patch_size " + patchSize);
    }
  }

  /** Patches along one side of a training image. */
  public int patchesPerSide() {
    return imageSize / patchSize;
  }

  /** Tokens before the patches. */
  public int prefixTokens() {
    return classToken ? 1 : 0;
  }

  /** {@code google/vit-*}; defaults of ViTConfig. */
  static VitConfig vit(JsonNode json) {
    return of(
        json,
        new Defaults(768, 12, 12, 224, 16, 1e-12),
        FeedForward.of(json, 3072, "gelu"),
        EnumSet.of(Trait.CLASS_TOKEN, Trait.OPTIONAL_BIAS, Trait.PATCH_BIAS, Trait.FINAL_NORM));
  }

  /** The tower of BLIP; defaults of BlipVisionConfig. */
  static VitConfig blip(JsonNode json) {
    return of(
        json,
        new Defaults(768, 12, 12, 384, 16, 1e-5),
        FeedForward.of(json, 3072, "gelu"),
        EnumSet.of(Trait.CLASS_TOKEN, Trait.PATCH_BIAS, Trait.FINAL_NORM));
  }

  /** EVA's ViT-g as BLIP-2 and InstructBLIP have it; defaults of Blip2VisionConfig. */
  static VitConfig eva(JsonNode json) {
    return of(
        json,
        new Defaults(1408, 39, 16, 224, 14, 1e-6),
        FeedForward.of(json, 6144, "gelu"),
        EnumSet.of(Trait.CLASS_TOKEN, Trait.OPTIONAL_BIAS, Trait.PATCH_BIAS, Trait.FINAL_NORM));
  }

  /** {@code openai/clip-vit-*}; defaults of CLIPVisionConfig. */
  static VitConfig clip(JsonNode json) {
    return of(
        json,
        new Defaults(768, 12, 12, 224, 32, 1e-5),
        FeedForward.of(json, 3072, "quick_gelu"),
        EnumSet.of(Trait.CLASS_TOKEN, Trait.PRE_NORM));
  }

  /** {@code google/siglip-*}; defaults of SiglipVisionConfig. */
  static VitConfig siglip(JsonNode json) {
    return of(
        json,
        new Defaults(768, 12, 12, 224, 16, 1e-6),
        FeedForward.of(json, 3072, "gelu_pytorch_tanh"),
        EnumSet.of(Trait.PATCH_BIAS, Trait.FINAL_NORM));
  }

  /**
   * The tower of Idefics3 and SmolVLM; defaults of Idefics3VisionConfig and SmolVLMVisionConfig.
   */
  static VitConfig idefics3(JsonNode json) {
    return of(
        json,
        new Defaults(1152, 12, 16, 224, 32, 1e-6),
        FeedForward.of(json, 3072, "gelu_pytorch_tanh"),
        EnumSet.of(Trait.PATCH_BIAS, Trait.FINAL_NORM, Trait.FRACTIONAL_POSITIONS));
  }

  /** {@code facebook/dinov2-*}; defaults of Dinov2Config. */
  static VitConfig dinov2(JsonNode json) {
    Defaults defaults = new Defaults(768, 12, 12, 224, 14, 1e-6);
    return of(
        json,
        defaults,
        FeedForward.ofRatio(json, json.getInt("hidden_size", defaults.hiddenSize())),
        EnumSet.of(
            Trait.CLASS_TOKEN,
            Trait.OPTIONAL_BIAS,
            Trait.PATCH_BIAS,
            Trait.FINAL_NORM,
            Trait.LAYER_SCALE));
  }

  private static VitConfig of(
      JsonNode json, Defaults defaults, FeedForward feedForward, Set<Trait> traits) {
    return new VitConfig(
        json.getInt("hidden_size", defaults.hiddenSize()),
        json.getInt("num_hidden_layers", defaults.layers()),
        json.getInt("num_attention_heads", defaults.heads()),
        feedForward.size(),
        json.getInt("image_size", defaults.imageSize()),
        json.getInt("patch_size", defaults.patchSize()),
        json.getInt("num_channels", 3),
        json.getDouble("layer_norm_eps", defaults.epsilon()),
        feedForward.activation(),
        traits.contains(Trait.CLASS_TOKEN),
        !traits.contains(Trait.OPTIONAL_BIAS) || json.getBoolean("qkv_bias", true),
        traits.contains(Trait.PATCH_BIAS),
        traits.contains(Trait.PRE_NORM),
        traits.contains(Trait.FINAL_NORM),
        traits.contains(Trait.LAYER_SCALE),
        feedForward.gated(),
        traits.contains(Trait.FRACTIONAL_POSITIONS)
            ? Positions.FRACTIONAL
            : Positions.INTERPOLATED);
  }

  private static void requirePositive(String key, int value) {
    if (value <= 0) {
      throw new InvalidModelException(key + " is " + value + "; expected a positive number");
    }
  }

  /** What sets the variants apart, whatever a checkpoint's configuration says. */
  private enum Trait {
    CLASS_TOKEN,
    /** Queries, keys and values have biases unless {@code qkv_bias} is false; else always. */
    OPTIONAL_BIAS,
    PATCH_BIAS,
    PRE_NORM,
    FINAL_NORM,
    LAYER_SCALE,
    FRACTIONAL_POSITIONS
  }

  /** What the reference's configuration class says where a checkpoint's is silent. */
  private record Defaults(
      int hiddenSize, int layers, int heads, int imageSize, int patchSize, double epsilon) {}

  private record FeedForward(int size, Activation activation, boolean gated) {
    static FeedForward of(JsonNode json, int defaultSize, String defaultActivation) {
      return new FeedForward(
          json.getInt("intermediate_size", defaultSize),
          Activation.of(json.getString("hidden_act", defaultActivation)),
          false);
    }

    /** DINOv2 gives the width as a multiple of D; two thirds of it, rounded up, if gated. */
    static FeedForward ofRatio(JsonNode json, int hiddenSize) {
      int size = (int) (hiddenSize * json.getDouble("mlp_ratio", 4));
      return json.getBoolean("use_swiglu_ffn", false)
          ? new FeedForward((size * 2 / 3 + 7) / 8 * 8, Activation.SILU, true)
          : new FeedForward(size, Activation.of(json.getString("hidden_act", "gelu")), false);
    }
  }
}

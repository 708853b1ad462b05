package io.vlm4j.encoders.vit;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

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
    return plain(json, 768, 3072, 12, 12, 224, 16, 1e-12);
  }

  /** The tower of BLIP; defaults of BlipVisionConfig. */
  static VitConfig blip(JsonNode json) {
    return plain(json, 768, 3072, 12, 12, 384, 16, 1e-5);
  }

  /** EVA's ViT-g as BLIP-2 and InstructBLIP have it; defaults of Blip2VisionConfig. */
  static VitConfig eva(JsonNode json) {
    return plain(json, 1408, 6144, 39, 16, 224, 14, 1e-6);
  }

  /** {@code openai/clip-vit-*}; defaults of CLIPVisionConfig. */
  static VitConfig clip(JsonNode json) {
    return new VitConfig(
        json.getInt("hidden_size", 768),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", 12),
        json.getInt("intermediate_size", 3072),
        json.getInt("image_size", 224),
        json.getInt("patch_size", 32),
        json.getInt("num_channels", 3),
        json.getDouble("layer_norm_eps", 1e-5),
        Activation.of(json.getString("hidden_act", "quick_gelu")),
        true,
        true,
        false,
        true,
        false,
        false,
        false,
        Positions.INTERPOLATED);
  }

  /** {@code google/siglip-*}; defaults of SiglipVisionConfig. */
  static VitConfig siglip(JsonNode json) {
    return siglipLike(json, 768, 3072, 12, 224, 16, Positions.INTERPOLATED);
  }

  /**
   * The tower of Idefics3 and SmolVLM; defaults of Idefics3VisionConfig and SmolVLMVisionConfig.
   */
  static VitConfig idefics3(JsonNode json) {
    return siglipLike(json, 1152, 3072, 16, 224, 32, Positions.FRACTIONAL);
  }

  /** {@code facebook/dinov2-*}; defaults of Dinov2Config. */
  static VitConfig dinov2(JsonNode json) {
    int hiddenSize = json.getInt("hidden_size", 768);
    int intermediate = (int) (hiddenSize * json.getDouble("mlp_ratio", 4));
    boolean swiglu = json.getBoolean("use_swiglu_ffn", false);
    return new VitConfig(
        hiddenSize,
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", 12),
        swiglu ? (intermediate * 2 / 3 + 7) / 8 * 8 : intermediate,
        json.getInt("image_size", 224),
        json.getInt("patch_size", 14),
        json.getInt("num_channels", 3),
        json.getDouble("layer_norm_eps", 1e-6),
        swiglu ? Activation.SILU : Activation.of(json.getString("hidden_act", "gelu")),
        true,
        json.getBoolean("qkv_bias", true),
        true,
        false,
        true,
        true,
        swiglu,
        Positions.INTERPOLATED);
  }

  /** A class token, all biases, a norm at the end. */
  private static VitConfig plain(
      JsonNode json,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int imageSize,
      int patchSize,
      double epsilon) {
    return new VitConfig(
        json.getInt("hidden_size", hiddenSize),
        json.getInt("num_hidden_layers", layers),
        json.getInt("num_attention_heads", heads),
        json.getInt("intermediate_size", intermediateSize),
        json.getInt("image_size", imageSize),
        json.getInt("patch_size", patchSize),
        json.getInt("num_channels", 3),
        json.getDouble("layer_norm_eps", epsilon),
        Activation.of(json.getString("hidden_act", "gelu")),
        true,
        json.getBoolean("qkv_bias", true),
        true,
        false,
        true,
        false,
        false,
        Positions.INTERPOLATED);
  }

  private static VitConfig siglipLike(
      JsonNode json,
      int hiddenSize,
      int intermediateSize,
      int heads,
      int imageSize,
      int patchSize,
      Positions positions) {
    return new VitConfig(
        json.getInt("hidden_size", hiddenSize),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", heads),
        json.getInt("intermediate_size", intermediateSize),
        json.getInt("image_size", imageSize),
        json.getInt("patch_size", patchSize),
        json.getInt("num_channels", 3),
        json.getDouble("layer_norm_eps", 1e-6),
        Activation.of(json.getString("hidden_act", "gelu_pytorch_tanh")),
        false,
        true,
        true,
        false,
        true,
        false,
        false,
        positions);
  }

  private static void requirePositive(String key, int value) {
    if (value <= 0) {
      throw new InvalidModelException(key + " is " + value + "; expected a positive number");
    }
  }
}

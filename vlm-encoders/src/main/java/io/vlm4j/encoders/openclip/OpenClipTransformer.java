package io.vlm4j.encoders.openclip;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.vit.VitFamily;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.Weights;
import java.util.Map;
import java.util.Set;

/** CLIP's vision transformer: open_clip's {@code vision_cfg} as the hub's CLIPVisionConfig. */
final class OpenClipTransformer {
  /** Keys that are read, and those that say nothing of a network at rest. */
  private static final Set<String> KNOWN =
      Set.of(
          "layers",
          "width",
          "head_width",
          "mlp_ratio",
          "patch_size",
          "image_size",
          "norm_kwargs",
          "patch_dropout",
          "output_tokens",
          "attn_pooler_queries",
          "attn_pooler_heads",
          "timm_pool",
          "timm_proj",
          "timm_proj_bias",
          "timm_model_pretrained");

  /** What other keys may be: the plain transformer. */
  private static final Map<String, String> PLAIN =
      Map.of("pool_type", "tok", "pos_embed_type", "learnable");

  private OpenClipTransformer() {}

  static VisionEncoder load(JsonNode model, JsonNode vision, int imageSize, Weights visual) {
    vision.keys().stream().filter(vision::has).forEach(key -> requirePlain(vision, key));
    int width = vision.getInt("width", 768);
    int headWidth = vision.getInt("head_width", 64);
    if (headWidth < 1 || width % headWidth != 0) {
      throw new InvalidModelException(
          "%s: vision_cfg.width %d is not a multiple of head_width %d"
              .formatted(vision.origin(), width, headWidth));
    }
    JsonNode clip =
        JsonNode.of(
            Map.of(
                "hidden_size",
                width,
                "num_hidden_layers",
                vision.getInt("layers", 12),
                "num_attention_heads",
                width / headWidth,
                "intermediate_size",
                (int) (width * vision.getDouble("mlp_ratio", 4)),
                "image_size",
                imageSize,
                "patch_size",
                vision.getInt("patch_size", 16),
                "layer_norm_eps",
                vision.objectOrEmpty("norm_kwargs").getDouble("eps", 1e-5),
                "hidden_act",
                model.getBoolean("quick_gelu", false) ? "quick_gelu" : "gelu"),
            vision.origin());
    return VitFamily.OPEN_CLIP.load(clip, visual);
  }

  private static void requirePlain(JsonNode vision, String key) {
    String value = vision.get(key).toString().replace("\"", "");
    if (!KNOWN.contains(key) && !value.equals(PLAIN.getOrDefault(key, "false"))) {
      throw new UnsupportedModelException(
          "%s: vision_cfg.%s is %s; supported: %s"
              .formatted(vision.origin(), key, value, PLAIN.getOrDefault(key, "false")));
    }
  }
}

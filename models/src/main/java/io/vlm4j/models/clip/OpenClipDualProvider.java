package io.vlm4j.models.clip;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.nn.Activation;
import io.vlm4j.weights.NameMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens folders with an {@code open_clip_config.json}; texts are padded to the whole context. */
public final class OpenClipDualProvider implements DualEncoderProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          visual.proj              -> image_projection.matrix
          visual.*                 -> encoder.visual.*
          text.*                   -> *
          text_projection          -> text_projection.matrix
          text_projection.*        -> text_projection.*
          token_embedding.*        -> text.token_embedding.*
          positional_embedding     -> text.positional_embedding
          transformer.*            -> text.transformer.*
          ln_final.*               -> text.ln_final.*
          attn_mask                -> ignore
          logit_scale              -> logit_scale
          logit_bias               -> logit_bias
          input_resolution         -> ignore
          context_length           -> ignore
          vocab_size               -> ignore
          """);

  /** A folder without a text tower is a vision encoder's. */
  private static final Set<String> TEXT_NORMS = Set.of("ln_final.weight", "text.ln_final.weight");

  private static final Set<String> READ =
      Set.of(
          "context_length",
          "vocab_size",
          "width",
          "heads",
          "layers",
          "mlp_ratio",
          "norm_kwargs",
          "no_causal_mask",
          "pool_type",
          "proj_bias",
          "pad_id",
          "hf_tokenizer_name",
          "hf_model_pretrained",
          "output_tokens");

  /** What keys that are not read may be; others may be false or empty. */
  private static final Map<String, String> PLAIN = Map.of("proj_type", "linear");

  private static final Map<String, TextPooling> POOLING =
      Map.of(
          "argmax", TextPooling.LARGEST_ID, "last", TextPooling.LAST, "first", TextPooling.FIRST);

  @Override
  public Set<String> modelTypes() {
    return Set.of("open_clip");
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.weights().names().stream().anyMatch(TEXT_NORMS::contains);
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    JsonNode model = folder.config().get("model_cfg");
    JsonNode text = model.objectOrEmpty("text_cfg");
    text.keys().stream().filter(text::has).forEach(key -> requirePlain(text, key));
    Layout layout =
        new Layout(
            NAMES,
            TextNames.OPEN_CLIP,
            "visual.",
            folder.config(),
            text(text, model.getBoolean("quick_gelu", false)),
            model.getInt("embed_dim"),
            false,
            false,
            false,
            Optional.of(text.getInt("pad_id", 0)),
            false);
    return ContrastiveModel.load(folder, layout, options);
  }

  /** Defaults of CLIPTextCfg. */
  private static TextConfig text(JsonNode json, boolean quickGelu) {
    int width = json.getInt("width", 512);
    return new TextConfig(
        json.getInt("vocab_size", 49408),
        width,
        (int) (width * json.getDouble("mlp_ratio", 4)),
        json.getInt("layers", 12),
        json.getInt("heads", 8),
        json.getInt("context_length", 77),
        json.objectOrEmpty("norm_kwargs").getDouble("eps", 1e-5),
        quickGelu ? Activation.QUICK_GELU : Activation.GELU,
        !json.getBoolean("no_causal_mask", false),
        true,
        pooling(json));
  }

  private static TextPooling pooling(JsonNode json) {
    String type = json.getString("pool_type", "argmax");
    return Optional.ofNullable(POOLING.get(type))
        .orElseThrow(() -> unsupported(json, "pool_type", type, "argmax, last, first"));
  }

  private static void requirePlain(JsonNode json, String key) {
    String value = json.get(key).toString().replace("\"", "");
    boolean plain = Set.of("false", "{}", PLAIN.getOrDefault(key, "")).contains(value);
    if (!READ.contains(key) && !plain) {
      throw unsupported(json, key, value, PLAIN.getOrDefault(key, "false or nothing"));
    }
  }

  private static UnsupportedModelException unsupported(
      JsonNode json, String key, String value, String allowed) {
    return new UnsupportedModelException(
        "%s: text_cfg.%s '%s' is not supported; supported: %s"
            .formatted(json.origin(), key, value, allowed));
  }
}

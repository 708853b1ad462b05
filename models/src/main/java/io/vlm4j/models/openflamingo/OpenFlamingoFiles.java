package io.vlm4j.models.openflamingo;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.weights.JoinedSource;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the parts lie that {@code open_flamingo.json} names, by paths relative to it or hub ids.
 */
record OpenFlamingoFiles(
    JsonNode config, ModelFolder clip, ModelFolder languageModel, Path tokenizer, Path checkpoint) {
  private static final String LANGUAGE = "lang_encoder.";
  private static final Pattern GATED_LAYER =
      Pattern.compile("lang_encoder\\.(?:.+\\.)?(\\d+)\\.gated_cross_attn_layer\\.(.+)");

  /** How training wraps modules, which leaves traces in the names. */
  private static final Pattern WRAPPERS =
      Pattern.compile(
          "^module\\.|_checkpoint_wrapped_module\\.|_fsdp_wrapped_module\\."
              + "|\\bdecoder_layer\\.");

  static OpenFlamingoFiles of(ModelFolder folder) {
    JsonNode config = folder.config();
    if (!config.getBoolean("vision_tokens_before_ln_post", true)) {
      throw new UnsupportedModelException(
          config.origin()
              + ": vision_tokens_before_ln_post is false; supported are the tokens before the last"
              + " norm, as open_clip gave them when OpenFlamingo was trained");
    }
    String languageModel = config.getString("lang_encoder_path");
    Path checkpoint = folder.path().resolve(config.getString("checkpoint", "checkpoint.pt"));
    if (!Files.isRegularFile(checkpoint)) {
      throw new InvalidModelException(config.origin() + " names " + checkpoint + ", no such file");
    }
    return new OpenFlamingoFiles(
        config,
        ModelFolder.open(part(folder, config.getString("clip_vision_encoder_path"))),
        ModelFolder.open(part(folder, languageModel)),
        part(folder, config.getString("tokenizer_path", languageModel)),
        checkpoint);
  }

  /**
   * All weights as one checkpoint: {@code encoder.}, {@code perceiver.}, {@code gated.} and {@code
   * language_model.}; of the last, what was trained takes the place of what was frozen.
   */
  WeightSource weights() {
    return new JoinedSource(checkpoint.toString())
        .with(clip.weights(), name -> "encoder." + name)
        .with(languageModel.weights(), name -> "language_model." + name)
        .with(WeightSources.open(checkpoint), OpenFlamingoFiles::ourName);
  }

  private static String ourName(String trained) {
    String name = WRAPPERS.matcher(trained).replaceAll("");
    Matcher gated = GATED_LAYER.matcher(name);
    if (gated.matches()) {
      return "gated." + gated.group(1) + "." + gated.group(2);
    }
    return name.startsWith(LANGUAGE) ? "language_model." + name.substring(LANGUAGE.length()) : name;
  }

  private static Path part(ModelFolder folder, String pathOrHubId) {
    Path beside = folder.path().resolve(pathOrHubId);
    return Files.exists(beside) ? beside : HubCache.resolve(pathOrHubId);
  }
}

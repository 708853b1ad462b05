package io.vlm4j.models.owl;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.detect.OpenVocabularyDetectorProvider;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.clip.SubConfigs;
import io.vlm4j.models.clip.TextConfig;
import io.vlm4j.models.clip.TextNames;
import io.vlm4j.models.clip.TextTransformer;
import io.vlm4j.models.clip.TokenizerHabits;
import io.vlm4j.models.matching.TextTower;
import io.vlm4j.models.matching.TokenBatch;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Set;

/** Opens {@code owlvit} and {@code owlv2} folders of the hub. */
public final class OwlProvider implements OpenVocabularyDetectorProvider {
  private static final String OWLV2 = "owlv2";

  /** The norm after CLIP's tower is for all tokens here, so that it is not the tower's. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          owlvit.*                           -> *
          owlv2.*                            -> *
          vision_model.pre_layernorm.*       -> encoder.pre_layrnorm.*
          vision_model.post_layernorm.*      -> image_norm.*
          vision_model.*                     -> encoder.*
          text_model.*                       -> text.*
          text_projection.*                  -> text_projection.*
          visual_projection.*                -> ignore
          logit_scale                        -> ignore
          layer_norm.*                       -> merged_norm.*
          class_head.*                       -> class_head.*
          box_head.*                         -> box_head.*
          objectness_head.*                  -> objectness_head.*
          box_bias                           -> ignore
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("owlvit", OWLV2);
  }

  @Override
  public OpenVocabularyDetector load(Path path, LoadOptions options) {
    ModelFolder folder = ModelFolder.open(path, options);
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress()).mapped(NAMES);
    return Resources.owning(resources -> load(folder, weights, resources));
  }

  private static OwlDetector load(ModelFolder folder, Weights weights, Resources resources) {
    JsonNode config = folder.config();
    TextConfig text = textConfig(config);
    VisionEncoder encoder =
        resources.own(Families.visionEncoder(visionConfig(folder), weights.at("encoder")));
    TextTransformer reader =
        resources.own(TextTransformer.load(text, weights.at("text").mapped(TextNames.HUB)));
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    TensorScope parameters = resources.own(TensorScope.open());
    int size = text.hiddenSize();
    Linear projection = Linear.load(weights.at("text_projection"), size, size, false);
    OwlVision vision = vision(folder, encoder, weights);
    OwlHeads heads = new OwlHeads(weights, encoder.hiddenSize(), size, isSecond(folder));
    parameters.seal();
    weights.requireAllRead();
    TextTower texts =
        new TextTower(
            tokenizer,
            padding(folder, tokenizer, text),
            batch -> embeds(projection, reader.pool(batch)));
    return new OwlDetector(vision, texts, heads, resources);
  }

  private static boolean isSecond(ModelFolder folder) {
    return folder.modelType().equals(OWLV2);
  }

  private static TextConfig textConfig(JsonNode config) {
    TextConfig text = TextConfig.owl(SubConfigs.of(config, "text_config"));
    int spaceSize = config.getInt("projection_dim", 512);
    if (spaceSize != text.hiddenSize()) {
      throw new InvalidModelException(
          "%s: projection_dim %d is not the hidden_size %d of text_config, so texts and patches cannot be compared"
              .formatted(config.origin(), spaceSize, text.hiddenSize()));
    }
    return text;
  }

  private static OwlVision vision(ModelFolder folder, VisionEncoder encoder, Weights weights) {
    double epsilon =
        SubConfigs.of(folder.config(), "vision_config").getDouble("layer_norm_eps", 1e-5);
    return new OwlVision(
        folder.imageProcessor(),
        isSecond(folder),
        encoder,
        Norm.layerNorm(weights.at("image_norm"), encoder.hiddenSize(), epsilon),
        Norm.layerNorm(weights.at("merged_norm"), encoder.hiddenSize(), epsilon),
        weights.placement().device());
  }

  /** OWL's tower is CLIP's with other defaults. */
  private static JsonNode visionConfig(ModelFolder folder) {
    JsonNode config = folder.config();
    String defaults =
        "{\"image_size\": 768, \"patch_size\": %d}".formatted(isSecond(folder) ? 16 : 32);
    return SubConfigs.vision(config, "clip_vision_model")
        .withFallback(JsonNode.parse(defaults, config.origin()), "image_size", "patch_size");
  }

  /** Texts are padded to all that the model reads, and never cut. */
  private static TokenBatch.Padding padding(
      ModelFolder folder, Tokenizer tokenizer, TextConfig text) {
    int most = TokenizerHabits.of(folder).limit(text.maxPositions());
    int padId = tokenizer.specialTokens().padId().orElse(0);
    return new TokenBatch.Padding(most, most, false, padId, true);
  }

  private static Tensor embeds(Linear projection, Tensor pooled) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(SpaceProjection.normalized(projection.forward(pooled)));
    }
  }
}

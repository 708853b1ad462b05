package io.vlm4j.models.idefics3;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.LinearProjection;
import io.vlm4j.connectors.PixelShuffle;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.ChatPrompts;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.PlaceholderFormat;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens {@code idefics3} and {@code smolvlm} folders. */
public final class Idefics3Provider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          model.vision_model.*                           -> encoder.*
          model.connector.modality_projection.proj.*     -> connector.*
          model.text_model.*                             -> language_model.model.*
          lm_head.*                                      -> language_model.lm_head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("idefics3", "smolvlm");
  }

  @Override
  public NameMap names() {
    return NAMES;
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(
        resources -> {
          JsonNode config = folder.config();
          Weights weights = openWeights(folder, options);
          VisionEncoder encoder =
              resources.own(
                  Families.visionEncoder(
                      config.objectOrEmpty("vision_config").withDefault("model_type", "idefics3"),
                      weights.at("encoder")));
          LanguagePart languageModel =
              LanguagePart.load(
                  folder, textConfig(config), weights.at("language_model"), resources);
          TiledVisualPath images =
              new TiledVisualPath(
                  folder.imageProcessor(),
                  encoder,
                  FeatureSelection.LAST_PATCHES,
                  resources.own(connector(config, encoder, languageModel, weights)),
                  TiledVisualPath.Packing::inOrder,
                  weights.placement().device(),
                  TileRecorder::record);
          weights.requireAllRead();
          return new FusionModel(images, format(folder, languageModel), languageModel, resources);
        });
  }

  private static JsonNode textConfig(JsonNode config) {
    return config
        .objectOrEmpty("text_config")
        .withDefault("model_type", "llama")
        .withFallback(config, "tie_word_embeddings");
  }

  private static Connector connector(
      JsonNode config, VisionEncoder encoder, LanguagePart languageModel, Weights weights) {
    int factor = config.getInt("scale_factor", 2);
    Connector projection =
        LinearProjection.load(
            weights.at("connector"),
            encoder.hiddenSize() * factor * factor,
            languageModel.model().hiddenSize());
    return new PixelShuffle(factor, projection);
  }

  private static PromptFormat format(ModelFolder folder, LanguagePart languageModel) {
    int imageToken =
        folder
            .config()
            .getInt("image_token_id", folder.config().getInt("image_token_index", 128257));
    String placeholder = languageModel.tokenizer().token(imageToken);
    return new PlaceholderFormat(
        languageModel.tokenizer(),
        placeholder,
        imageToken,
        ChatPrompts.of(folder, placeholder),
        image -> TilePrompt.expand(image, placeholder));
  }
}

package io.vlm4j.models.blip2;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.qformer.QFormer;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.blip2.QueryPrefixFormat.Wording;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.InstructedVisualPath;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.fusion.VisualPath;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;
import java.util.function.Function;

/** Opens {@code blip-2} and {@code instructblip} folders, with OPT, T5, Vicuna or any other. */
public final class Blip2Provider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          model.vision_model.*          -> encoder.*
          vision_model.*                -> encoder.*
          query_tokens                  -> connector.query_tokens
          qformer.*                     -> connector.qformer.*
          language_projection.*         -> connector.language_projection.*
          language_model.*              -> language_model.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("blip-2", "instructblip");
  }

  @Override
  public NameMap names() {
    return NAMES;
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    boolean instruct = folder.modelType().equals("instructblip");
    return Resources.owning(
        resources -> {
          JsonNode config = folder.config();
          Blip2Configs configs = new Blip2Configs(config);
          Weights weights = openWeights(folder, options);
          VisionEncoder encoder =
              resources.own(Families.visionEncoder(configs.vision(), weights.at("encoder")));
          JsonNode textConfig =
              config
                  .objectOrEmpty("text_config")
                  .withDefault("model_type", "opt")
                  .withFallback(config, "tie_word_embeddings");
          LanguagePart languageModel =
              LanguagePart.load(folder, textConfig, weights.at("language_model"), resources);
          QFormer qformer =
              resources.own(
                  QFormer.load(
                      configs.qformer(languageModel.model().hiddenSize(), instruct),
                      weights.at("connector")));
          weights.requireAllRead();
          Function<Connector, VisualPath> path =
              connector ->
                  new TiledVisualPath(
                      folder.imageProcessor(),
                      encoder,
                      FeatureSelection.LAST,
                      connector,
                      TiledVisualPath.Packing::inOrder,
                      weights.placement().device(),
                      TiledVisualPath::recordImages);
          QueryPrefixFormat format =
              new QueryPrefixFormat(
                  languageModel.tokenizer(),
                  config.getInt("image_token_index", config.getInt("image_token_id", -1)),
                  instruct ? Wording.INSTRUCT : Wording.BLIP2);
          VisualPath images =
              instruct ? instructed(folder, qformer, path, resources) : path.apply(qformer);
          return new FusionModel(images, format, languageModel, resources);
        });
  }

  private static VisualPath instructed(
      ModelFolder folder,
      QFormer qformer,
      Function<Connector, VisualPath> path,
      Resources resources) {
    Tokenizer tokenizer =
        resources.own(Tokenizers.load(folder.path().resolve("qformer_tokenizer")));
    VisualPath uninstructed = path.apply(qformer);
    return new InstructedVisualPath(
        tokenizer, "qformer_", qformer::instructed, path, uninstructed.outputSize());
  }
}

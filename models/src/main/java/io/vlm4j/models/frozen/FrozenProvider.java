package io.vlm4j.models.frozen;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.connectors.PooledProjection;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.ImageProcessors;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.assembled.TemplateFormat;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens {@code frozen} folders. */
public final class FrozenProvider implements SystemProvider {
  private static final String WEIGHTS = "vision_prefix.safetensors";

  private static final NameMap NAMES =
      NameMap.parse(
          """
          visual.*   -> encoder.*
          proj.*     -> connector.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("frozen");
  }

  @Override
  public NameMap names() {
    return NAMES;
  }

  @Override
  public Optional<WeightSource> weights(ModelFolder folder) {
    return Optional.of(WeightSources.open(folder.path().resolve(WEIGHTS)));
  }

  @Override
  public Map<String, Path> partFolders(ModelFolder folder) {
    return Map.of("language_model", languageModel(folder, FrozenConfig.of(folder.config())));
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    FrozenConfig config = FrozenConfig.of(folder.config());
    return Resources.owning(
        resources -> {
          Weights weights =
              Weights.of(weights(folder).orElseThrow(), options.placement(), options.progress())
                  .mapped(NAMES);
          VisionEncoder encoder = resources.own(encoder(config, weights.at("encoder")));
          requireFeatures(config, encoder);
          LanguagePart language =
              LanguageModelPart.load(languageModel(folder, config), folder.adapting(options));
          resources.own(language.tokenizer());
          resources.own(language.model());
          Connector prefix =
              resources.own(
                  PooledProjection.load(
                      weights.at("connector"),
                      encoder.hiddenSize(),
                      config.prefixTokens(),
                      language.model().promptSize()));
          weights.requireAllRead();
          TiledVisualPath images =
              new TiledVisualPath(
                  ImageProcessors.fromSquare(config.json()),
                  encoder,
                  FeatureSelection.LAST,
                  prefix,
                  TiledVisualPath.Packing::inOrder,
                  weights.placement().device(),
                  TiledVisualPath::recordImages);
          TemplateFormat format = new TemplateFormat(PromptTemplate.VERBATIM, language.tokenizer());
          return new FusionModel(images, format, language, resources);
        });
  }

  private static VisionEncoder encoder(FrozenConfig config, Weights weights) {
    return Families.visionEncoder(config.encoder(weights.has("final_conv.weight")), weights);
  }

  private static void requireFeatures(FrozenConfig config, VisionEncoder encoder) {
    int features = config.vision().getInt("num_features", encoder.hiddenSize());
    if (features != encoder.hiddenSize()) {
      throw new InvalidModelException(
          "%s: vision.num_features is %d but the encoder's features have %d"
              .formatted(config.json().origin(), features, encoder.hiddenSize()));
    }
  }

  private static Path languageModel(ModelFolder folder, FrozenConfig config) {
    return folder.path().resolve(config.languageModel());
  }
}

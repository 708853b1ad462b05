package io.vlm4j.models.showandtell;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.connectors.PooledProjection;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.ImageProcessors;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Set;

/** Opens {@code show_and_tell} folders. */
public final class ShowAndTellProvider implements SystemProvider {
  /** The {@code model_type} of these folders. */
  public static final String MODEL_TYPE = "show_and_tell";

  private static final NameMap NAMES =
      NameMap.parse(
          """
          cnn.*         -> encoder.*
          img_embed.*   -> connector.*
          embed.*       -> language_model.embed.*
          lstm.*        -> language_model.lstm.*
          out.*         -> language_model.out.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of(MODEL_TYPE);
  }

  @Override
  public NameMap names() {
    return NAMES;
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    ShowAndTellConfig config = ShowAndTellConfig.of(folder.config());
    return Resources.owning(
        resources -> {
          Weights weights = openWeights(folder, options);
          VisionEncoder encoder =
              resources.own(Families.visionEncoder(config.encoder(), weights.at("encoder")));
          Connector firstInput =
              resources.own(
                  PooledProjection.load(
                      weights.at("connector"), config.featureSize(), 1, config.embeddingSize()));
          LanguageModel decoder =
              resources.own(
                  Families.languageModel(config.languageModel(), weights.at("language_model")));
          weights.requireAllRead();
          Tokenizer words =
              resources.own(
                  Tokenizers.loadWords(folder.path().resolve("vocab.json"), config.roles()));
          requireRoom(folder.path(), words, decoder);
          TiledVisualPath images =
              new TiledVisualPath(
                  ImageProcessors.fromSquare(folder.config()),
                  encoder,
                  FeatureSelection.LAST,
                  firstInput,
                  TiledVisualPath.Packing::inOrder,
                  weights.placement().device(),
                  TiledVisualPath::recordImages);
          return new FusionModel(
              images,
              new CaptionFormat(config.startToken()),
              new LanguagePart(decoder, words, config.generation(folder.generationConfig())),
              resources);
        });
  }

  private static void requireRoom(Path folder, Tokenizer words, LanguageModel decoder) {
    if (words.vocabSize() > decoder.vocabularySize()) {
      throw new InvalidModelException(
          "%s: vocab.json has %d words but vocab_size is %d"
              .formatted(folder, words.vocabSize(), decoder.vocabularySize()));
    }
  }
}

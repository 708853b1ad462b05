package io.vlm4j.models.blip;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.Identity;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.ImageAlone;
import io.vlm4j.models.fusion.InputSequence;
import io.vlm4j.models.fusion.InstructedVisualPath;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.fusion.VisualPath;
import io.vlm4j.nn.bert.BertEncoder;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Opens {@code blip} folders: captioning, and with a question encoder visual questions. */
public final class BlipProvider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          vision_model.*           -> encoder.*
          text_encoder.*           -> connector.*
          text_decoder.*           -> language_model.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("blip");
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
          requireDecoder(folder, weights);
          VisionEncoder encoder =
              resources.own(
                  Families.visionEncoder(BlipConfigs.vision(config), weights.at("encoder")));
          JsonNode textConfig = BlipConfigs.text(config, encoder.hiddenSize());
          boolean questions = weights.has("connector.embeddings.word_embeddings.weight");
          LanguagePart decoder =
              decoder(folder, textConfig, weights.at("language_model"), resources);
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
          VisionLanguageModel model =
              questions
                  ? answering(
                      path,
                      resources.own(BertEncoder.load(textConfig, weights.at("connector"))),
                      decoder,
                      resources)
                  : captioning(path.apply(new Identity(encoder.hiddenSize())), decoder, resources);
          weights.requireAllRead();
          return model;
        });
  }

  /** The answer attends to the question's states, which have seen the image. */
  private static VisionLanguageModel answering(
      Function<Connector, VisualPath> path,
      BertEncoder reader,
      LanguagePart decoder,
      Resources resources) {
    VisualPath questions =
        new InstructedVisualPath(
            decoder.tokenizer(),
            "",
            ids -> new QuestionReader(reader, ids),
            path,
            reader.hiddenSize());
    return new FusionModel(questions, new ImageAlone(text -> new int[0]), decoder, resources);
  }

  /** The caption attends to the image; a text is its beginning. */
  private static VisionLanguageModel captioning(
      VisualPath images, LanguagePart decoder, Resources resources) {
    Tokenizer tokenizer = decoder.tokenizer();
    int start = decoder.model().sequenceAfter()[0];
    return new FusionModel(
        images, new ImageAlone(text -> beginning(tokenizer, start, text)), decoder, resources);
  }

  /** The text's tokens, with the decoder's start token in the place of the first, and no end. */
  private static int[] beginning(Tokenizer tokenizer, int start, String text) {
    if (text.isBlank()) {
      return new int[0];
    }
    int[] ids = tokenizer.encode(text);
    InputSequence.record("", ids);
    ids[0] = start;
    return Arrays.copyOf(ids, ids.length - 1);
  }

  private static LanguagePart decoder(
      ModelFolder folder, JsonNode textConfig, Weights weights, Resources resources) {
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    LanguageModel model = resources.own(Families.languageModel(textConfig, weights));
    // Texts end with [SEP], whatever the folder's generation config says.
    JsonNode end =
        JsonNode.of(
            Map.of("eos_token_id", textConfig.getInt("sep_token_id", 102)), textConfig.origin());
    return new LanguagePart(model, tokenizer, GenerationConfig.of(end, end));
  }

  private static void requireDecoder(ModelFolder folder, Weights weights) {
    if (!weights.has("language_model.bert.embeddings.word_embeddings.weight")) {
      throw new UnsupportedModelException(
          folder.path()
              + " holds no text decoder; supported are BlipForConditionalGeneration and"
              + " BlipForQuestionAnswering");
    }
  }
}

package io.vlm4j.models.llava;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.MlpProjection;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.ChatPrompts;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.PlaceholderFormat;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parts that LLaVA-1.5 and LLaVA-NeXT share.
 *
 * @param folder where they are from
 * @param weights under {@code encoder.}, {@code connector.} and {@code language_model.}
 * @param encoder the vision tower
 * @param selection which of its features are used
 * @param connector the projection
 * @param languageModel the decoder and its tokenizer
 */
public record LlavaParts(
    ModelFolder folder,
    Weights weights,
    VisionEncoder encoder,
    FeatureSelection selection,
    Connector connector,
    LanguagePart languageModel) {

  /** Both layouts: before transformers 4.52 and since. */
  public static final NameMap NAMES =
      NameMap.parse(
          """
          model.vision_tower.*                 -> encoder.*
          vision_tower.*                       -> encoder.*
          model.multi_modal_projector.*        -> connector.*
          multi_modal_projector.*              -> connector.*
          model.language_model.*               -> language_model.model.*
          language_model.*                     -> language_model.*
          lm_head.*                            -> language_model.lm_head.*
          model.image_newline                  -> image_newline
          image_newline                        -> image_newline
          """);

  /** Reads the parts; the caller checks that nothing is left over. */
  public static LlavaParts load(ModelFolder folder, LoadOptions options, Resources resources) {
    JsonNode config = folder.config();
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress()).mapped(NAMES);
    JsonNode visionConfig =
        config.objectOrEmpty("vision_config").withDefault("model_type", "clip_vision_model");
    JsonNode textConfig =
        config
            .objectOrEmpty("text_config")
            .withDefault("model_type", "llama")
            .withFallback(config, "tie_word_embeddings");
    VisionEncoder encoder =
        resources.own(Families.visionEncoder(visionConfig, weights.at("encoder")));
    FeatureSelection selection = selection(config);
    LanguagePart languageModel =
        LanguagePart.load(folder, textConfig, weights.at("language_model"), resources);
    int hiddenSize = languageModel.model().hiddenSize();
    Connector connector =
        resources.own(
            MlpProjection.load(
                weights.at("connector"),
                encoder.hiddenSize() * selection.widthFactor(),
                hiddenSize,
                hiddenSize,
                Activation.of(config.getString("projector_hidden_act", "gelu")),
                config.getBoolean("multimodal_projector_bias", true)));
    return new LlavaParts(folder, weights, encoder, selection, connector, languageModel);
  }

  /** Images to embeddings. */
  public TiledVisualPath visualPath(
      TiledVisualPath.Packing packing, Consumer<List<ProcessedImage>> recorder) {
    return new TiledVisualPath(
        folder.imageProcessor(),
        encoder,
        selection,
        connector,
        packing,
        weights.placement().device(),
        recorder);
  }

  /** {@code <image>} repeated for each embedding. */
  public PromptFormat format() {
    JsonNode config = folder.config();
    int imageToken = config.getInt("image_token_index", config.getInt("image_token_id", 32000));
    String placeholder =
        folder.optionalConfig("processor_config.json").getString("image_token", "<image>");
    return new PlaceholderFormat(
        languageModel.tokenizer(),
        placeholder,
        imageToken,
        ChatPrompts.of(folder, placeholder),
        image -> placeholder.repeat(image.length()));
  }

  /** Checks that the checkpoint holds nothing else. */
  public void requireAllRead() {
    weights.requireAllRead();
  }

  private static FeatureSelection selection(JsonNode config) {
    List<Integer> layers =
        config.has("vision_feature_layer")
            ? Arrays.stream(config.get("vision_feature_layer").asInts()).boxed().toList()
            : List.of(-2);
    String strategy = config.getString("vision_feature_select_strategy", "default");
    return switch (strategy) {
      case "default" -> new FeatureSelection(layers, false);
      case "full" -> new FeatureSelection(layers, true);
      default ->
          throw new UnsupportedModelException(
              "vision_feature_select_strategy '" + strategy + "' is neither default nor full");
    };
  }
}

package io.vlm4j.models.openflamingo;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.gated.FlamingoLayers;
import io.vlm4j.connectors.gated.GatedLanguageModel;
import io.vlm4j.connectors.resampler.PerceiverResampler;
import io.vlm4j.connectors.resampler.ResamplerConfig;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FramesVisualPath;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Opens folders with an {@code open_flamingo.json}. */
public final class OpenFlamingoProvider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          encoder.*        -> encoder.*
          perceiver.*      -> connector.resampler.*
          gated.*          -> connector.gated.*
          language_model.* -> language_model.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of(ModelFolder.OPEN_FLAMINGO);
  }

  @Override
  public NameMap names() {
    return NAMES;
  }

  @Override
  public Optional<WeightSource> weights(ModelFolder folder) {
    return Optional.of(folder.adapted(OpenFlamingoFiles.of(folder).weights()));
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    OpenFlamingoFiles files = OpenFlamingoFiles.of(folder);
    return Resources.owning(
        resources -> {
          Weights weights = openWeights(folder, options);
          VisionEncoder encoder =
              resources.own(Families.visionEncoder(files.clip().config(), weights.at("encoder")));
          PerceiverResampler resampler =
              resources.own(
                  PerceiverResampler.load(
                      resampler(files.config(), encoder.hiddenSize(), weights),
                      weights.at("connector").at("resampler")));
          LanguagePart language = language(files, weights, encoder.hiddenSize(), resources);
          weights.requireAllRead();
          FramesVisualPath images =
              new FramesVisualPath(
                  files.clip().imageProcessor(),
                  encoder,
                  FeatureSelection.LAST_PATCHES,
                  resampler,
                  weights.placement().device(),
                  OpenFlamingoProvider::record);
          return new FusionModel(
              images, new OpenFlamingoFormat(language.tokenizer()), language, resources);
        });
  }

  /** The language model with its new tokens, and the gated layers between its blocks. */
  private static LanguagePart language(
      OpenFlamingoFiles files, Weights weights, int imageSize, Resources resources) {
    Tokenizer tokenizer = resources.own(tokenizer(files));
    Weights own = weights.at("language_model");
    LayeredLanguageModel model =
        GatedLanguageModel.requireLayered(
            resources.own(
                Families.languageModel(resized(files.languageModel().config(), own), own)));
    JsonNode config = files.config();
    FlamingoLayers shape =
        new FlamingoLayers(
            imageSize,
            config.getInt("xattn_heads", 8),
            config.getInt("xattn_dim_head", 64),
            config.getInt("cross_attn_every_n_layers", 1),
            !config.getBoolean("only_attend_immediate_media", true));
    GatedLanguageModel gated =
        GatedLanguageModel.of(
            model, resources.own(shape.load(weights.at("connector").at("gated"), model)));
    GenerationConfig generation = files.languageModel().generationConfig();
    int endOfChunk = tokenizer.id(OpenFlamingoFormat.END_OF_CHUNK).orElseThrow();
    return new LanguagePart(
        gated,
        tokenizer,
        generation.withDefaults(
            generation.defaults().toBuilder().eosTokenIds(List.of(endOfChunk)).build()));
  }

  /** The language model's tokenizer with the tokens that training added, in its order. */
  private static Tokenizer tokenizer(OpenFlamingoFiles files) {
    List<String> added =
        new ArrayList<>(List.of(OpenFlamingoFormat.END_OF_CHUNK, OpenFlamingoFormat.IMAGE));
    try (Tokenizer plain = Tokenizers.load(files.tokenizer())) {
      if (plain.specialTokens().pad().isEmpty()) {
        added.add("<PAD>");
      }
    }
    return Tokenizers.load(files.tokenizer(), added);
  }

  /** The table of embeddings grew with the vocabulary; the configuration tells the old size. */
  private static JsonNode resized(JsonNode config, Weights weights) {
    return Stream.of(
            "transformer.wte.weight",
            "gpt_neox.embed_in.weight",
            "model.embed_tokens.weight",
            "model.decoder.embed_tokens.weight",
            "transformer.word_embeddings.weight")
        .filter(weights::has)
        .findFirst()
        .map(name -> config.with("vocab_size", weights.shape(name).get(0).intValue()))
        .orElse(config);
  }

  /** The checkpoint says how many latents, blocks, frames and media there are. */
  private static ResamplerConfig resampler(JsonNode config, int size, Weights all) {
    Weights weights = all.at("connector").at("resampler");
    return new ResamplerConfig(
        size,
        rows(weights, "latents"),
        weights.count("layers"),
        config.getInt("perceiver_heads", 8),
        config.getInt("perceiver_dim_head", 64),
        4 * size,
        Activation.GELU,
        false,
        rows(weights, "frame_embs"),
        rows(weights, "media_time_embs"),
        0);
  }

  private static int rows(Weights weights, String name) {
    return weights.has(name) ? weights.shape(name).get(0).intValue() : 0;
  }

  private static void record(Tensor pixelValues) {
    Trace.record(
        "pixel_values",
        () ->
            pixelValues.view(
                1,
                pixelValues.size(0),
                pixelValues.size(1),
                3,
                pixelValues.size(3),
                pixelValues.size(4)));
  }
}

package io.vlm4j.models.idefics;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.Identity;
import io.vlm4j.connectors.gated.GatedLanguageModel;
import io.vlm4j.connectors.gated.IdeficsLayers;
import io.vlm4j.connectors.resampler.PerceiverResampler;
import io.vlm4j.connectors.resampler.ResamplerConfig;
import io.vlm4j.error.InvalidModelException;
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
import io.vlm4j.spi.FrameConnector;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Opens {@code idefics} folders. */
public final class IdeficsProvider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          model.vision_model.*            -> encoder.*
          model.perceiver_resampler.*     -> connector.resampler.*
          model.gated_cross_attn_layers.* -> connector.gated.*
          lm_head.*                       -> language_model.lm_head.*
          model.*                         -> language_model.model.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("idefics");
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
          Weights connector = weights.at("connector");
          VisionEncoder encoder =
              resources.own(
                  Families.visionEncoder(
                      clip(config.objectOrEmpty("vision_config")), weights.at("encoder")));
          int imageSize = encoder.hiddenSize();
          FrameConnector images =
              config.getBoolean("use_resampler", false)
                  ? resources.own(
                      PerceiverResampler.load(
                          resampler(config.objectOrEmpty("perceiver_config"), imageSize),
                          connector.at("resampler")))
                  : FrameConnector.ofImages(new Identity(imageSize));
          LanguagePart language = language(folder, weights, imageSize, resources);
          weights.requireAllRead();
          FramesVisualPath path =
              new FramesVisualPath(
                  folder.imageProcessor(),
                  encoder,
                  FeatureSelection.LAST,
                  images,
                  weights.placement().device(),
                  BlankImage::record);
          return new FusionModel(
              new BlankImage(path, encoder.imageSize(), weights.placement().device()),
              new IdeficsFormat(language.tokenizer()),
              language,
              resources);
        });
  }

  private static LanguagePart language(
      ModelFolder folder, Weights weights, int imageSize, Resources resources) {
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    LayeredLanguageModel model =
        GatedLanguageModel.requireLayered(
            resources.own(Families.languageModel(folder.config(), weights.at("language_model"))));
    GatedLanguageModel gated =
        GatedLanguageModel.of(
            model,
            resources.own(
                IdeficsLayers.of(folder.config(), imageSize)
                    .load(weights.at("connector").at("gated"), model)));
    return new LanguagePart(gated, tokenizer, withoutImageTokens(folder, tokenizer));
  }

  /** The model is not to write the tokens that announce images. */
  private static GenerationConfig withoutImageTokens(ModelFolder folder, Tokenizer tokenizer) {
    List<List<Integer>> tokens =
        Stream.of(IdeficsFormat.AROUND_IMAGE, IdeficsFormat.IMAGE)
            .map(
                token ->
                    List.of(
                        tokenizer
                            .id(token)
                            .orElseThrow(
                                () ->
                                    new InvalidModelException(
                                        folder.path() + ": the tokenizer has no " + token))))
            .toList();
    GenerationConfig own = folder.generationConfig();
    return own.withDefaults(own.defaults().toBuilder().bannedSequences(tokens).build());
  }

  /** The tower is CLIP's under other keys; defaults of IdeficsVisionConfig. */
  private static JsonNode clip(JsonNode json) {
    return JsonNode.of(
        Map.of(
            "model_type", "clip_vision_model",
            "hidden_size", json.getInt("embed_dim", 768),
            "num_hidden_layers", json.getInt("num_hidden_layers", 32),
            "num_attention_heads", json.getInt("num_attention_heads", 16),
            "intermediate_size", json.getInt("intermediate_size", 5120),
            "image_size", json.getInt("image_size", 224),
            "patch_size", json.getInt("patch_size", 14),
            "num_channels", json.getInt("num_channels", 3),
            "layer_norm_eps", json.getDouble("layer_norm_eps", 1e-5),
            "hidden_act", json.getString("hidden_act", "gelu")),
        json.origin());
  }

  /** Defaults of IdeficsPerceiverConfig. */
  private static ResamplerConfig resampler(JsonNode json, int size) {
    return new ResamplerConfig(
        size,
        json.getInt("resampler_n_latents", 64),
        json.getInt("resampler_depth", 6),
        json.getInt("resampler_n_heads", 16),
        json.getInt("resampler_head_dim", 96),
        4 * size,
        Activation.RELU,
        json.getBoolean("qk_layer_norms_perceiver", false),
        0,
        0,
        0);
  }
}

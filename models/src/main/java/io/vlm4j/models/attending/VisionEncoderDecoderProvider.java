package io.vlm4j.models.attending;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.Identity;
import io.vlm4j.connectors.LinearProjection;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.ImageAlone;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens {@code vision-encoder-decoder} folders. */
public final class VisionEncoderDecoderProvider implements SystemProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          encoder.*                -> encoder.*
          enc_to_dec_proj.*        -> connector.*
          decoder.*                -> language_model.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("vision-encoder-decoder");
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
              resources.own(Families.visionEncoder(config.get("encoder"), weights.at("encoder")));
          LanguagePart decoder =
              started(
                  config,
                  LanguagePart.load(
                      folder, config.get("decoder"), weights.at("language_model"), resources));
          int size = decoder.model().promptSize();
          Connector connector =
              encoder.hiddenSize() == size
                  ? new Identity(size)
                  : resources.own(
                      LinearProjection.load(weights.at("connector"), encoder.hiddenSize(), size));
          weights.requireAllRead();
          TiledVisualPath images =
              new TiledVisualPath(
                  folder.imageProcessor(),
                  encoder,
                  FeatureSelection.LAST,
                  connector,
                  TiledVisualPath.Packing::inOrder,
                  weights.placement().device(),
                  TiledVisualPath::recordImages);
          return new FusionModel(images, ImageAlone.withoutText(), decoder, resources);
        });
  }

  private static LanguagePart started(JsonNode config, LanguagePart part) {
    if (!(part.model() instanceof EncoderDecoder decoder)) {
      throw new InvalidModelException(
          config.origin() + ": the decoder has no cross-attention; expected add_cross_attention");
    }
    int start = config.getInt("decoder_start_token_id", decoder.startTokens()[0]);
    return new LanguagePart(decoder.startingWith(start), part.tokenizer(), part.generation());
  }
}

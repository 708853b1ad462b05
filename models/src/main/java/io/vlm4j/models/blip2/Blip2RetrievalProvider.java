package io.vlm4j.models.blip2;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.connectors.qformer.QFormerConfig;
import io.vlm4j.connectors.qformer.QueryingTransformer;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.matching.ImageTower;
import io.vlm4j.models.matching.MatchingModel;
import io.vlm4j.models.matching.TextTower;
import io.vlm4j.models.matching.TwoTowers;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Optional;
import java.util.Set;

/**
 * Opens {@code blip-2} folders of image-text retrieval, and those of its image or text side alone
 * ({@code Blip2VisionModelWithProjection}, {@code Blip2TextModelWithProjection}): one Q-Former
 * reads images by its queries, texts without them, and both together to say whether they match.
 */
public final class Blip2RetrievalProvider implements DualEncoderProvider {
  /** Any of them tells retrieval from generation. */
  private static final Set<String> HEADS =
      Set.of("itm_head.weight", "vision_projection.weight", "text_projection.weight");

  private static final NameMap NAMES =
      NameMap.parse(
          """
          vision_model.*           -> encoder.*
          query_tokens             -> reader.query_tokens
          qformer.*                -> reader.qformer.*
          embeddings.*             -> reader.embeddings.*
          vision_projection.*      -> image_projection.*
          text_projection.*        -> text_projection.*
          itm_head.*               -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("blip-2");
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.weights().names().stream().anyMatch(HEADS::contains);
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(
        resources -> {
          Weights weights =
              Weights.of(folder.weights(), options.placement(), options.progress()).mapped(NAMES);
          Blip2Configs configs = new Blip2Configs(folder.config());
          boolean readsText = weights.has("text_projection.weight");
          TensorScope parameters = resources.own(TensorScope.open());
          QFormerConfig shape = configs.qformer(configs.spaceSize(), readsText);
          Blip2Heads heads =
              new Blip2Heads(shape, QueryingTransformer.load(shape, weights.at("reader")), weights);
          parameters.seal();
          Optional<ImageTower> images =
              heads.image().map(projection -> images(folder, weights, heads, resources));
          Optional<TextTower> texts =
              heads
                  .text()
                  .map(
                      projection ->
                          TextTower.ofEach(resources.own(folder.tokenizer()), heads::embedText));
          weights.requireAllRead();
          return heads.matching().isPresent()
              ? new MatchingModel(
                  images.orElseThrow(), texts.orElseThrow(), heads::match, resources)
              : new TwoTowers(images, texts, resources);
        });
  }

  private static ImageTower images(
      ModelFolder folder, Weights weights, Blip2Heads heads, Resources resources) {
    VisionEncoder encoder =
        resources.own(
            Families.visionEncoder(
                new Blip2Configs(folder.config()).vision(), weights.at("encoder")));
    return new ImageTower(
        folder.imageProcessor(),
        encoder,
        weights.placement().device(),
        features -> heads.embedImages(features.hiddenStates()));
  }
}

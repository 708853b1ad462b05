package io.vlm4j.models.clip;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.SimilarityScale;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.matching.ImageTower;
import io.vlm4j.models.matching.TextTower;
import io.vlm4j.models.matching.TokenBatch;
import io.vlm4j.models.matching.TwoTowers;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Reads two towers, the projections on them and the scale of their cosines. */
final class ContrastiveModel {
  private final ModelFolder folder;
  private final Layout layout;
  private final Weights weights;
  private final Resources resources;

  private ContrastiveModel(
      ModelFolder folder, Layout layout, LoadOptions options, Resources resources) {
    this.folder = folder;
    this.layout = layout;
    this.resources = resources;
    this.weights =
        Weights.of(folder.weights(), options.placement(), options.progress())
            .mapped(layout.names());
  }

  /** Opens a folder. */
  static DualEncoder load(ModelFolder folder, Layout layout, LoadOptions options) {
    return Resources.owning(
        resources -> new ContrastiveModel(folder, layout, options, resources).towers());
  }

  private TwoTowers towers() {
    Optional<ImageTower> images =
        holds(layout.imagePrefix()) ? Optional.of(images()) : Optional.empty();
    Optional<TextTower> texts = holdsText() ? Optional.of(texts()) : Optional.empty();
    Optional<SimilarityScale> scale = scale();
    weights.requireAllRead();
    return new TwoTowers(images, texts, scale, resources);
  }

  private ImageTower images() {
    PooledVisionEncoder encoder = encoder();
    UnaryOperator<Tensor> projection =
        projection("image_projection", encoder.hiddenSize(), layout.projectsImages());
    return new ImageTower(
        folder.imageProcessor(),
        encoder,
        weights.placement().device(),
        features -> onSphere(projection, encoder.pool(features)));
  }

  private PooledVisionEncoder encoder() {
    JsonNode config = layout.vision();
    if (resources.own(Families.visionEncoder(config, weights.at("encoder")))
        instanceof PooledVisionEncoder encoder) {
      return encoder;
    }
    throw new UnsupportedModelException(
        config.origin() + ": this vision tower has no vector for the whole image");
  }

  private TextTower texts() {
    TextTransformer transformer =
        resources.own(
            TextTransformer.load(layout.text(), weights.at("text").mapped(layout.textNames())));
    UnaryOperator<Tensor> projection =
        projection("text_projection", transformer.hiddenSize(), layout.projectsTexts());
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    return new TextTower(
        tokenizer,
        padding(tokenizer),
        texts -> onSphere(projection.andThen(this::asPooled), transformer.pool(texts)));
  }

  private TokenBatch.Padding padding(Tokenizer tokenizer) {
    TokenizerHabits habits = TokenizerHabits.of(folder);
    int most = habits.limit(layout.text().maxPositions());
    return new TokenBatch.Padding(
        layout.text().padsToEnd() ? most : 0,
        most,
        true,
        layout.padId().orElseGet(() -> tokenizer.specialTokens().padId().orElse(0)),
        layout.hidesPadding() && habits.hidesPadding());
  }

  private Tensor asPooled(Tensor projected) {
    if (layout.headEndsTexts()) {
      Trace.record("text_pooled", () -> projected);
    }
    return projected;
  }

  private static Tensor onSphere(Function<Tensor, Tensor> projection, Tensor pooled) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(SpaceProjection.normalized(projection.apply(pooled)));
    }
  }

  /** A layer, OpenAI's bare matrix [D, E], or nothing where a tower ends in the space by itself. */
  private UnaryOperator<Tensor> projection(String name, int size, boolean required) {
    Weights own = weights.at(name);
    TensorScope parameters = resources.own(TensorScope.open());
    UnaryOperator<Tensor> projection = UnaryOperator.identity();
    if (own.has("matrix")) {
      projection = Linear.loadTransposed(own, "matrix", size, layout.spaceSize())::forward;
    } else if (required || own.has("weight")) {
      projection = Linear.load(own, size, layout.spaceSize(), own.has("bias"))::forward;
    }
    parameters.seal();
    return projection;
  }

  private Optional<SimilarityScale> scale() {
    if (!weights.has("logit_scale")) {
      return Optional.empty();
    }
    boolean biased = weights.has("logit_bias");
    double bias = biased ? number("logit_bias") : 0;
    return Optional.of(new SimilarityScale(Math.exp(number("logit_scale")), bias, biased));
  }

  private double number(String name) {
    try (TensorScope scope = TensorScope.open()) {
      return weights.getReshaped(name, 1).toFloats()[0];
    }
  }

  private boolean holds(String prefix) {
    return folder.weights().names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  private boolean holdsText() {
    return weights.at("text").mapped(layout.textNames()).has("words.weight");
  }
}

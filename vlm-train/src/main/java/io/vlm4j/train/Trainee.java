package io.vlm4j.train;

import io.vlm4j.connectors.gated.FlamingoLayers;
import io.vlm4j.connectors.gated.GatedLanguageModel;
import io.vlm4j.connectors.gated.GatedLayers;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.Families;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.train.ConnectorStart.Weighted;
import io.vlm4j.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The model in training: a frozen encoder, a connector that learns, and a language model of which
 * nothing, an adapter or all learns. Modules that learn are made anew in each pass.
 */
final class Trainee implements AutoCloseable {
  private final TrainingParts parts;
  private final PooledEncoder encoder;
  private final LanguageSide language;
  private final Weighted connector;
  private final int embeddingSize;
  private final Resources resources;

  private Trainee(
      TrainingParts parts,
      PooledEncoder encoder,
      LanguageSide language,
      TensorScope scope,
      Resources resources) {
    this.parts = parts;
    this.encoder = encoder;
    this.language = language;
    this.resources = resources;
    try (TensorScope temporary = TensorScope.open();
        Parameters first = Parameters.of(language.start())) {
      Made made =
          language.with(
              first,
              model ->
                  new Made(
                      parts.connector().make(encoder.featureSize(), model), model.hiddenSize()));
      this.connector = made.connector;
      this.embeddingSize = made.embeddingSize;
      connector.weights().values().forEach(scope::take);
    }
  }

  /**
   * Opens the parts.
   *
   * @param seed of an adapter's weights
   * @throws InvalidModelException if the language model is of a kind that has no gradients here
   */
  static Trainee open(TrainingParts parts, LanguageTuning tuning, long seed) {
    return open(parts, () -> LanguageSide.open(parts.languageModel(), tuning, seed));
  }

  /** As above, with a language model that is opened otherwise. */
  static Trainee open(TrainingParts parts, Supplier<LanguageSide> opener) {
    return Resources.owning(
        resources -> {
          PooledEncoder encoder = resources.own(PooledEncoder.open(parts));
          LanguageSide language = resources.own(opener.get());
          return TensorScope.owning(
              scope -> {
                resources.own(scope);
                return new Trainee(parts, encoder, language, scope, resources);
              });
        });
  }

  /** All weights that learn, as they are at first; they belong to the caller's scope. */
  Map<String, Tensor> start() {
    Map<String, Tensor> start = new LinkedHashMap<>(connector.weights());
    start.putAll(language.start());
    return start;
  }

  /** The connector of the moment. */
  Connector connector(Parameters parameters) {
    return read(
        parameters,
        Weighted.CONNECTOR,
        weights -> Families.connector(connector.connector(), weights));
  }

  private GatedLayers gatedLayers(Parameters parameters, LayeredLanguageModel model) {
    FlamingoLayers layers = FlamingoLayers.of(connector.gatedLayers().orElseThrow());
    return read(parameters, Weighted.GATED_LAYERS, weights -> layers.load(weights, model));
  }

  private static <T extends AutoCloseable> T read(
      Parameters parameters, String prefix, Function<Weights, T> loader) {
    return Resources.owning(
        resources -> {
          Weights weights = Weights.of(parameters.checkpoint(prefix), Placement.REFERENCE);
          T module = resources.own(loader.apply(weights));
          weights.requireAllRead();
          return module;
        });
  }

  /**
   * Checks that the widths match.
   *
   * @throws InvalidModelException if they do not
   */
  void requireMatch(Parameters parameters) {
    int features = encoder.featureSize();
    try (Connector made = connector(parameters)) {
      int wanted =
          connector
              .gatedLayers()
              .map(json -> FlamingoLayers.of(json).imageSize())
              .orElse(embeddingSize);
      if (made.inputSize() != features) {
        throw new InvalidModelException(
            "the encoder gives features of width %d (pooled) but the connector takes %d"
                .formatted(features, made.inputSize()));
      }
      if (made.outputSize() != wanted) {
        throw new InvalidModelException(
            "the connector gives embeddings of width %d but the language model takes %d"
                .formatted(made.outputSize(), wanted));
      }
    }
  }

  /** The tokens of a text, without an end. */
  int[] tokens(String text) {
    return language.tokenizer().encode(text, false);
  }

  /** The token that ends a caption or an answer. */
  int endToken() {
    return language.generation().defaults().eosTokenIds().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "the language model's folder names no end token (eos_token_id)"));
  }

  /**
   * The logits of the texts' tokens.
   *
   * @param images what the connector sees, one image a row; empty for rows without
   * @param layout of the rows
   * @return it belongs to the caller's scope
   */
  Prediction predict(
      Parameters parameters, Optional<ImageFeatures> images, SequenceBatch.Layout layout) {
    try (TensorScope scope = TensorScope.open()) {
      Optional<Tensor> seen = images.map(features -> connected(parameters, features));
      boolean beside = connector.gatedLayers().isPresent();
      SequenceBatch batch =
          layout.of(beside ? 0 : seen.map(embeddings -> embeddings.size(1)).orElse(0));
      Tensor logits =
          language.with(
              parameters,
              model -> {
                Tensor text = embedded(model, batch);
                return scope.keep(
                    beside
                        ? besides(parameters, model, text, seen, batch)
                        : model.forward(
                            seen.map(embeddings -> within(text, embeddings, batch.imageAt()))
                                .orElse(text),
                            batch.sequences(),
                            (block, hidden) -> hidden));
              });
      return new Prediction(scope.keep(logits), scope.keep(batch.targets()));
    }
  }

  private Tensor connected(Parameters parameters, ImageFeatures features) {
    try (Connector made = connector(parameters)) {
      return made.connect(features);
    }
  }

  private static Tensor embedded(LayeredLanguageModel model, SequenceBatch batch) {
    return model.embed(batch.flatTokens()).view(batch.rows(), -1, model.hiddenSize());
  }

  /** The image between two parts of each row. */
  private static Tensor within(Tensor text, Tensor image, int at) {
    return Tensor.cat(
        1, text.narrow(1, 0, at), image, text.narrow(1, at, text.size(1) - (long) at));
  }

  /** The image beside the rows, seen from its place on. */
  private Tensor besides(
      Parameters parameters,
      LayeredLanguageModel model,
      Tensor text,
      Optional<Tensor> image,
      SequenceBatch batch) {
    try (GatedLayers layers = gatedLayers(parameters, model)) {
      GatedLanguageModel gated = GatedLanguageModel.of(model, layers);
      return image
          .map(one -> gated.forward(text, batch.sequences(), one, batch.imageAt()))
          .orElseGet(() -> gated.forward(text, batch.sequences()));
    }
  }

  /** Runs something with the connector and the language model of the moment. */
  <T> T speaking(Parameters parameters, Speaker<T> speaker) {
    return language.with(
        parameters,
        model -> {
          try (Resources own = new Resources()) {
            Connector made = own.own(connector(parameters));
            if (connector.gatedLayers().isEmpty()) {
              return speaker.speak(made, model);
            }
            GatedLayers layers = own.own(gatedLayers(parameters, model));
            return speaker.speak(made, GatedLanguageModel.of(model, layers));
          }
        });
  }

  /** Uses a connector and a language model while they are open. */
  @FunctionalInterface
  interface Speaker<T> {
    T speak(Connector connector, LanguageModel model);
  }

  LanguageSide language() {
    return language;
  }

  PooledEncoder encoder() {
    return encoder;
  }

  TrainingParts parts() {
    return parts;
  }

  /** Writes the model as {@code vlm caption --model} opens it. */
  void write(TrainingFolder folder, Parameters parameters) {
    folder.writeModel(parts, connector, parameters, language.write(folder, parameters));
  }

  @Override
  public void close() {
    resources.close();
  }

  /** What the language model decides. */
  private record Made(Weighted connector, int embeddingSize) {}
}

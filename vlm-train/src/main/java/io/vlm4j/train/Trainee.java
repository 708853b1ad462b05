package io.vlm4j.train;

import io.vlm4j.LoadOptions;
import io.vlm4j.connectors.Identity;
import io.vlm4j.connectors.gated.FlamingoLayers;
import io.vlm4j.connectors.gated.GatedLanguageModel;
import io.vlm4j.connectors.gated.GatedLayers;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.Families;
import io.vlm4j.models.Resources;
import io.vlm4j.models.assembled.AssembledModels;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.train.ConnectorStart.Weighted;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.function.Function;

/** The model in training: a frozen encoder and language model, and a connector that learns. */
final class Trainee implements AutoCloseable {
  private final TrainingParts parts;
  private final EncoderPart encoder;
  private final LanguagePart language;
  private final LayeredLanguageModel model;
  private final CaptionPrompt prompt;
  private final Weighted start;
  private final Resources resources;

  private Trainee(
      TrainingParts parts,
      EncoderPart encoder,
      LanguagePart language,
      TensorScope scope,
      Resources resources) {
    this.parts = parts;
    this.encoder = encoder;
    this.language = language;
    this.model = layered(language.model());
    this.prompt = CaptionPrompt.of(parts.prompt(), language.tokenizer());
    this.resources = resources;
    this.start = parts.connector().make(featureSize(), model);
    start.weights().values().forEach(scope::take);
  }

  /** Width of what the connector sees. */
  private int featureSize() {
    return encoder.encoder().hiddenSize()
        * parts.selection().widthFactor()
        * parts.pixelShuffle()
        * parts.pixelShuffle();
  }

  /**
   * Opens the frozen parts.
   *
   * @throws InvalidModelException if a width does not match, or the language model is of a kind
   *     that has no gradients here
   */
  static Trainee open(TrainingParts parts) {
    return Resources.owning(
        resources -> {
          EncoderPart encoder = resources.own(EncoderPart.load(parts.encoder(), LoadOptions.FP32));
          try (Autograd autograd = Autograd.open()) {
            LanguagePart language = LanguageModelPart.load(parts.languageModel(), LoadOptions.FP32);
            resources.own(language.tokenizer());
            resources.own(language.model());
            return TensorScope.owning(
                scope -> {
                  resources.own(scope);
                  return new Trainee(parts, encoder, language, scope, resources);
                });
          }
        });
  }

  private static LayeredLanguageModel layered(LanguageModel model) {
    if (model instanceof LayeredLanguageModel layered) {
      return layered;
    }
    throw new InvalidModelException(
        "this language model has no gradients here; training takes decoder-only transformers");
  }

  /** What the connector sees of some images: float32 [B, T, D], pooled. */
  ImageFeatures features(List<Image> images) {
    try (TensorScope scope = TensorScope.open()) {
      List<ProcessedImage> processed =
          images.stream().map(image -> encoder.processor().process(image)).toList();
      for (ProcessedImage one : processed) {
        if (one.tiles() != 1 || one.height() != processed.get(0).height()) {
          throw new InvalidModelException(
              "the encoder's preprocessing makes several tiles of an image; training takes encoders"
                  + " with one tile of one size");
        }
      }
      Tensor pixels = PixelBatch.of(processed, encoder.device());
      ImageFeatures raw = encoder.encoder().encode(pixels, parts.selection());
      return pool(raw, scope);
    }
  }

  /** The pooling has no weights, so it stands before the cache. */
  private ImageFeatures pool(ImageFeatures raw, TensorScope scope) {
    ImageFeatures[] seen = new ImageFeatures[1];
    int factor = parts.pixelShuffle();
    Connector last =
        new Connector() {
          @Override
          public int inputSize() {
            return raw.hiddenStates().size(-1) * factor * factor;
          }

          @Override
          public int outputSize() {
            return inputSize();
          }

          @Override
          public Tensor connect(ImageFeatures features) {
            seen[0] = features;
            return new Identity(inputSize()).connect(features);
          }

          @Override
          public void close() {}
        };
    Connector pooling = AssembledModels.pooled(parts.averagePooling(), parts.pixelShuffle(), last);
    Tensor pooled = scope.keep(pooling.connect(raw));
    return new ImageFeatures(pooled, seen[0].prefixTokens(), seen[0].rows(), seen[0].columns());
  }

  /** The connector of the moment. */
  Connector connector(Parameters parameters) {
    Weights weights = Weights.of(parameters.below(Weighted.CONNECTOR), Placement.REFERENCE);
    Connector connector = Families.connector(start.connector(), weights);
    try {
      weights.requireAllRead();
      return connector;
    } catch (RuntimeException e) {
      connector.close();
      throw e;
    }
  }

  /** The gated layers of the moment. */
  private GatedLayers gatedLayers(Parameters parameters) {
    Weights weights = Weights.of(parameters.below(Weighted.GATED_LAYERS), Placement.REFERENCE);
    GatedLayers layers = FlamingoLayers.of(start.gatedLayers().orElseThrow()).load(weights, model);
    try {
      weights.requireAllRead();
      return layers;
    } catch (RuntimeException e) {
      layers.close();
      throw e;
    }
  }

  /**
   * Checks that the widths match.
   *
   * @throws InvalidModelException if they do not
   */
  void requireMatch(Parameters parameters) {
    int features = featureSize();
    try (Connector connector = connector(parameters)) {
      int wanted =
          start
              .gatedLayers()
              .map(json -> FlamingoLayers.of(json).imageSize())
              .orElse(model.hiddenSize());
      if (connector.inputSize() != features) {
        throw new InvalidModelException(
            "the encoder gives features of width %d (pooled) but the connector takes %d"
                .formatted(features, connector.inputSize()));
      }
      if (connector.outputSize() != wanted) {
        throw new InvalidModelException(
            "the connector gives embeddings of width %d but the language model takes %d"
                .formatted(connector.outputSize(), wanted));
      }
    }
  }

  /** The tokens of a caption, without the end. */
  int[] tokens(String caption) {
    return language.tokenizer().encode(caption, false);
  }

  /** The token that ends a caption. */
  int endToken() {
    return language.generation().defaults().eosTokenIds().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "the language model's folder names no end token (eos_token_id)"));
  }

  /**
   * The logits of the captions' tokens.
   *
   * @param images what the connector sees, one image a row
   * @param captions of each image
   * @return logits [R, V] and targets [R]; they belong to the caller's scope
   */
  Prediction predict(Parameters parameters, ImageFeatures images, List<List<int[]>> captions) {
    try (TensorScope scope = TensorScope.open();
        Connector connector = connector(parameters)) {
      Tensor embeddings = connector.connect(images);
      if (start.gatedLayers().isPresent()) {
        return besides(parameters, embeddings, captions, scope);
      }
      int rows = embeddings.size(0);
      int beginning = prompt.length() + embeddings.size(1);
      CaptionBatch batch = CaptionBatch.of(beginning, captions, endToken());
      Tensor sequence =
          Tensor.cat(
              1,
              repeated(prompt.before(), rows),
              embeddings,
              repeated(prompt.after(), rows),
              captionEmbeddings(batch, rows));
      Tensor logits = model.forward(sequence, batch.sequences(), (block, hidden) -> hidden);
      return new Prediction(scope.keep(logits), scope.keep(batch.targets()));
    }
  }

  private Prediction besides(
      Parameters parameters, Tensor images, List<List<int[]>> captions, TensorScope scope) {
    int rows = images.size(0);
    CaptionBatch batch = CaptionBatch.of(prompt.length(), captions, endToken());
    Tensor sequence =
        Tensor.cat(
            1,
            repeated(prompt.before(), rows),
            repeated(prompt.after(), rows),
            captionEmbeddings(batch, rows));
    try (GatedLayers layers = gatedLayers(parameters)) {
      Tensor logits =
          GatedLanguageModel.of(model, layers)
              .forward(sequence, batch.sequences(), images, prompt.before().length);
      return new Prediction(scope.keep(logits), scope.keep(batch.targets()));
    }
  }

  private Tensor repeated(int[] ids, int rows) {
    Tensor embedded = model.embed(ids);
    return embedded.view(1, ids.length, model.hiddenSize()).expand(rows, -1, -1);
  }

  private Tensor captionEmbeddings(CaptionBatch batch, int rows) {
    return model.embed(batch.flatTokens()).view(rows, -1, model.hiddenSize());
  }

  /** The language model as it looks at the moment; closing it is not needed. */
  LanguagePart speaking(GatedLayers layers) {
    return new LanguagePart(
        GatedLanguageModel.of(model, layers), language.tokenizer(), language.generation());
  }

  LanguagePart language() {
    return language;
  }

  EncoderPart encoder() {
    return encoder;
  }

  CaptionPrompt prompt() {
    return prompt;
  }

  /** What learns, as it was at first. */
  Weighted start() {
    return start;
  }

  TrainingParts parts() {
    return parts;
  }

  /** Runs something with the gated layers of the moment. */
  <T> T withGatedLayers(Parameters parameters, Function<GatedLayers, T> use) {
    try (GatedLayers layers = gatedLayers(parameters)) {
      return use.apply(layers);
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  /**
   * What the model makes of captions.
   *
   * @param logits float32 [R, V]
   * @param targets int64 [R]
   */
  record Prediction(Tensor logits, Tensor targets) {
    /** The cross-entropy of the targets, summed and divided by a number of tokens. */
    Tensor loss(long tokens) {
      return KernelLibrary.shared().call("token_loss", logits, targets, (double) tokens);
    }
  }
}

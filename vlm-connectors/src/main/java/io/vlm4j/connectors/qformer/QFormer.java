package io.vlm4j.connectors.qformer;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * The Querying Transformer: N learned queries read an image of any number of features, so that the
 * language model gets N embeddings: [B, S, D] to [B, N, D'].
 */
public final class QFormer implements Connector {
  private static final int[] NO_INSTRUCTION = {};

  private final QFormerConfig config;
  private final TensorScope parameters;
  private final QueryingTransformer transformer;
  private final Linear projection;

  private QFormer(QFormerConfig config, Weights weights, TensorScope parameters) {
    this.config = config;
    this.parameters = parameters;
    this.transformer = QueryingTransformer.load(config, weights);
    this.projection =
        Linear.load(
            weights.at("language_projection"), config.hiddenSize(), config.outputSize(), true);
  }

  /** Reads queries, transformer and projection under the names that BLIP-2's checkpoints have. */
  public static QFormer load(QFormerConfig config, Weights weights) {
    return TensorScope.owning(parameters -> new QFormer(config, weights, parameters));
  }

  @Override
  public int inputSize() {
    return config.imageSize();
  }

  @Override
  public int outputSize() {
    return config.outputSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    return connect(features, NO_INSTRUCTION);
  }

  /**
   * Lets the queries read images with an instruction in view.
   *
   * @param instruction tokens of the Q-Former's own tokenizer; none to look at the image alone
   * @return float32 [B, N, D']
   * @throws InvalidPromptException if it reads no text, or not as much
   */
  public Tensor connect(ImageFeatures features, int... instruction) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor read = transformer.readImages(features.hiddenStates(), instruction);
      return scope.keep(projection.forward(read));
    }
  }

  /** The same Q-Former with an instruction in view; closing it does nothing. */
  public Connector instructed(int... instruction) {
    QFormer owner = this;
    return new Connector() {
      @Override
      public int inputSize() {
        return owner.inputSize();
      }

      @Override
      public int outputSize() {
        return owner.outputSize();
      }

      @Override
      public Tensor connect(ImageFeatures features) {
        return owner.connect(features, instruction);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    parameters.close();
  }
}

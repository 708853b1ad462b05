package io.vlm4j.connectors;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Pooling;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;

/**
 * The mean of all patches, mapped linearly to a few embeddings: [B, T, D] to [B, k, D'].
 *
 * @see <a href="https://arxiv.org/abs/2106.13884">Frozen: multimodal few-shot learning with frozen
 *     language models</a>, where they are the visual prefix
 * @see <a href="https://arxiv.org/abs/1411.4555">Show and Tell</a>, where one is the LSTM's first
 *     input
 */
public final class PooledProjection implements Connector {
  private final TensorScope parameters;
  private final Linear projection;
  private final int inputSize;
  private final int tokens;

  private PooledProjection(TensorScope parameters, Linear projection, int inputSize, int tokens) {
    this.parameters = parameters;
    this.projection = projection;
    this.inputSize = inputSize;
    this.tokens = tokens;
  }

  /**
   * Reads {@code weight} [k D', D] and, if it is there, {@code bias} [k D'].
   *
   * @param tokens number k of the embeddings
   * @throws InvalidModelException if it is not positive
   */
  public static PooledProjection load(Weights weights, int inputSize, int tokens, int outputSize) {
    if (tokens < 1) {
      throw new InvalidModelException(
          weights.origin() + ": the number of prefix tokens is " + tokens + "; expected 1 or more");
    }
    return TensorScope.owning(
        parameters ->
            new PooledProjection(
                parameters,
                Linear.load(
                    weights,
                    inputSize,
                    Math.multiplyExact(tokens, outputSize),
                    weights.has("bias")),
                inputSize,
                tokens));
  }

  @Override
  public int inputSize() {
    return inputSize;
  }

  @Override
  public int outputSize() {
    return projection.outputSize() / tokens;
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor pooled = Pooling.meanOfTokens(features.patches().hiddenStates());
      Trace.record("vision_features", () -> pooled.view(pooled.size(0), inputSize));
      Tensor prefix = projection.forward(pooled);
      return scope.keep(prefix.view(pooled.size(0), tokens, outputSize()));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}

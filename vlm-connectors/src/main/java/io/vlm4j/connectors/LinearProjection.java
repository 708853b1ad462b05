package io.vlm4j.connectors;

import io.vlm4j.nn.Linear;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * One linear layer, applied to each patch: [B, T, D] to [B, T, D'].
 *
 * @see <a href="https://arxiv.org/abs/2304.08485">LLaVA: visual instruction tuning</a>
 */
public final class LinearProjection implements Connector {
  private final TensorScope parameters;
  private final Linear projection;
  private final int inputSize;

  private LinearProjection(TensorScope parameters, Linear projection, int inputSize) {
    this.parameters = parameters;
    this.projection = projection;
    this.inputSize = inputSize;
  }

  /** Reads {@code weight} [D', D] and, if it is there, {@code bias} [D']. */
  public static LinearProjection load(Weights weights, int inputSize, int outputSize) {
    return TensorScope.owning(
        parameters ->
            new LinearProjection(
                parameters,
                Linear.load(weights, inputSize, outputSize, weights.has("bias")),
                inputSize));
  }

  @Override
  public int inputSize() {
    return inputSize;
  }

  @Override
  public int outputSize() {
    return projection.outputSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    return projection.forward(features.hiddenStates());
  }

  @Override
  public void close() {
    parameters.close();
  }
}

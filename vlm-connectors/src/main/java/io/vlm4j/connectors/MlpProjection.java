package io.vlm4j.connectors;

import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Residual;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * Two linear layers with an activation between, applied to each patch: [B, T, D] to [B, T, D'].
 *
 * @see <a href="https://arxiv.org/abs/2310.03744">LLaVA-1.5: improved baselines with visual
 *     instruction tuning</a>
 */
public final class MlpProjection implements Connector {
  private final TensorScope parameters;
  private final Mlp mlp;
  private final int inputSize;
  private final int outputSize;

  private MlpProjection(TensorScope parameters, Mlp mlp, int inputSize, int outputSize) {
    this.parameters = parameters;
    this.mlp = mlp;
    this.inputSize = inputSize;
    this.outputSize = outputSize;
  }

  /**
   * Reads {@code linear_1} and {@code linear_2}, the names that LLaVA's checkpoints have.
   *
   * @param hiddenSize width between the two layers
   */
  public static MlpProjection load(
      Weights weights,
      int inputSize,
      int hiddenSize,
      int outputSize,
      Activation activation,
      boolean bias) {
    return TensorScope.owning(
        parameters -> {
          Linear first = Linear.load(weights.at("linear_1"), inputSize, hiddenSize, bias);
          Linear second = Linear.load(weights.at("linear_2"), hiddenSize, outputSize, bias);
          Mlp mlp = Mlp.of(null, first, activation, second, Residual.plain());
          return new MlpProjection(parameters, mlp, inputSize, outputSize);
        });
  }

  @Override
  public int inputSize() {
    return inputSize;
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    return mlp.branch(features.hiddenStates());
  }

  @Override
  public void close() {
    parameters.close();
  }
}

package io.vlm4j.examples;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * A connector of another author: a linear layer after which each feature is scaled by a learned
 * number. Its provider stands in {@code META-INF/services/io.vlm4j.spi.ConnectorProvider}; from
 * then on every folder whose {@code config.json} says {@code "model_type": "scaled_linear"} opens,
 * in the builder, in assembled models and in the command line.
 */
public final class ThirdPartyConnector implements Connector {
  private final TensorScope parameters;
  private final Linear projection;
  private final Tensor scale;
  private final int inputSize;

  private ThirdPartyConnector(
      TensorScope parameters, Linear projection, Tensor scale, int inputSize) {
    this.parameters = parameters;
    this.projection = projection;
    this.scale = scale;
    this.inputSize = inputSize;
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
    return projection.forward(features.hiddenStates()).mul(scale);
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** Opens folders of {@code model_type} {@code scaled_linear}. */
  public static final class Provider implements ConnectorProvider {
    @Override
    public Set<String> modelTypes() {
      return Set.of("scaled_linear");
    }

    @Override
    public Connector load(JsonNode config, Weights weights) {
      int inputSize = config.getInt("input_size");
      int outputSize = config.getInt("output_size");
      return TensorScope.owning(
          parameters ->
              new ThirdPartyConnector(
                  parameters,
                  Linear.load(weights.at("projection"), inputSize, outputSize, true),
                  weights.getFloat("scale", outputSize),
                  inputSize));
    }
  }
}

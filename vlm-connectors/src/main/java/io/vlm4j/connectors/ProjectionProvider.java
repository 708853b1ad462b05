package io.vlm4j.connectors;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens connector folders of {@code model_type} {@code linear}, {@code mlp} and {@code
 * pooled_linear}.
 *
 * <p>Configuration: {@code input_size} and {@code output_size}; for {@code mlp} also {@code
 * hidden_size}, {@code activation} (default gelu) and {@code bias} (default true); for {@code
 * pooled_linear} also {@code num_prefix_tokens} (default 1).
 */
public final class ProjectionProvider implements ConnectorProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("linear", "mlp", "pooled_linear");
  }

  @Override
  public Connector load(JsonNode config, Weights weights) {
    int inputSize = config.getInt("input_size");
    int outputSize = config.getInt("output_size");
    return switch (config.getString("model_type")) {
      case "linear" -> LinearProjection.load(weights, inputSize, outputSize);
      case "pooled_linear" ->
          PooledProjection.load(
              weights, inputSize, config.getInt("num_prefix_tokens", 1), outputSize);
      default ->
          MlpProjection.load(
              weights,
              inputSize,
              config.getInt("hidden_size"),
              outputSize,
              Activation.of(config.getString("activation", "gelu")),
              config.getBoolean("bias", true));
    };
  }
}

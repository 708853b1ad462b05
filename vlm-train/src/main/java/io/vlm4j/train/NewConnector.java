package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A connector with new weights.
 *
 * @param type mlp, qformer, resampler or xattn
 * @param overrides keys of the connector's configuration in place of the usual ones
 * @param seed of the weights
 */
public record NewConnector(String type, JsonNode overrides, long seed) implements ConnectorStart {
  /** Checks the type. */
  public NewConnector {
    if (!Arrays.asList("mlp", "qformer", "resampler", "xattn").contains(type)) {
      throw new InvalidOptionException(
          "connector is '" + type + "'; expected mlp, qformer, resampler or xattn");
    }
  }

  @Override
  public Weighted make(int features, LayeredLanguageModel language) {
    NewWeights weights = new NewWeights(new Random(seed));
    return switch (type) {
      case "mlp" -> alone(mlp(features, language.hiddenSize()), weights);
      default -> throw new InvalidOptionException("connector " + type);
    };
  }

  private static Weighted alone(JsonNode config, NewWeights weights) {
    weights.mlp(config);
    return new Weighted(config, Optional.empty(), weights.made());
  }

  private JsonNode mlp(int features, int embeddings) {
    Map<String, Object> usual = new LinkedHashMap<>();
    usual.put("model_type", "mlp");
    usual.put("input_size", features);
    usual.put("hidden_size", 2 * embeddings);
    usual.put("output_size", embeddings);
    usual.put("activation", "gelu");
    usual.put("bias", true);
    return overridden(usual);
  }

  private JsonNode overridden(Map<String, Object> usual) {
    JsonNode config = JsonNode.of(usual, "the new connector's configuration");
    for (String key : overrides.keys()) {
      config = config.with(key, overrides.get(key));
    }
    return config;
  }

  /** Random weights, in the way that is usual for each kind of module. */
  private static final class NewWeights {
    private final Random random;
    private final Map<String, Tensor> made = new LinkedHashMap<>();

    NewWeights(Random random) {
      this.random = random;
    }

    Map<String, Tensor> made() {
      return made;
    }

    void mlp(JsonNode config) {
      int hidden = config.getInt("hidden_size");
      boolean bias = config.getBoolean("bias", true);
      linear("connector.linear_1", config.getInt("input_size"), hidden, bias);
      linear("connector.linear_2", hidden, config.getInt("output_size"), bias);
    }

    /** Uniform within 1/sqrt(in). */
    private void linear(String name, int inputSize, int outputSize, boolean bias) {
      double bound = 1 / Math.sqrt(inputSize);
      made.put(name + ".weight", uniform(bound, outputSize, inputSize));
      if (bias) {
        made.put(name + ".bias", uniform(bound, outputSize));
      }
    }

    private Tensor uniform(double bound, long... shape) {
      float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
      return Tensor.of(values, shape);
    }
  }
}

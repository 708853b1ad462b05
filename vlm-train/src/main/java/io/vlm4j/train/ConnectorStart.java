package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A connector before its training. */
@FunctionalInterface
public interface ConnectorStart {
  /**
   * Makes it.
   *
   * @param features width of what it sees
   * @param language the model that it speaks to
   * @return its tensors belong to the caller's scope
   */
  Weighted make(int features, LayeredLanguageModel language);

  /**
   * Configurations and weights.
   *
   * @param connector the connector's configuration
   * @param gatedLayers that of gated cross-attention, where images stand beside the sequence
   * @param weights of both, by name
   */
  record Weighted(JsonNode connector, Optional<JsonNode> gatedLayers, Map<String, Tensor> weights) {
    static final String CONNECTOR = "connector.";
    static final String GATED_LAYERS = "cross_attention.";

    /** Those of checkpoints. */
    static Weighted of(
        JsonNode connector,
        Optional<JsonNode> gatedLayers,
        WeightSource connectorWeights,
        Optional<WeightSource> gatedWeights) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      add(weights, CONNECTOR, connectorWeights);
      gatedWeights.ifPresent(source -> add(weights, GATED_LAYERS, source));
      return new Weighted(connector, gatedLayers, weights);
    }

    private static void add(Map<String, Tensor> weights, String prefix, WeightSource source) {
      for (String name : source.names()) {
        weights.put(prefix + name, source.load(name).to(DType.FLOAT32));
      }
    }
  }
}

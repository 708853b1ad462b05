package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.spi.LayeredLanguageModel;
import java.util.List;
import java.util.Optional;

/**
 * A connector with new weights.
 *
 * @param type one of {@link #TYPES}
 * @param overrides keys of the connector's configuration in place of the usual ones
 * @param seed of the weights
 */
public record NewConnector(String type, JsonNode overrides, long seed) implements ConnectorStart {
  private static final String GATED = "xattn";

  /**
   * {@code mlp}, {@code qformer} and {@code resampler} give embeddings among the words'; {@code
   * xattn} is a resampler, {@code xattn-mlp} a multi-layer perceptron on each patch, whose features
   * the language model attends to through gated layers.
   */
  public static final List<String> TYPES =
      List.of("mlp", "qformer", "resampler", GATED, "xattn-mlp");

  /** Checks the type. */
  public NewConnector {
    if (!TYPES.contains(type)) {
      throw new InvalidOptionException(
          "connector is '%s'; expected one of %s".formatted(type, String.join(", ", TYPES)));
    }
    if (overrides.has("model_type")) {
      throw new InvalidOptionException(
          "the connector's configuration names a model_type, but its kind is given by '%s'"
              .formatted(type));
    }
  }

  @Override
  public Weighted make(int features, LayeredLanguageModel language) {
    NewWeights weights = new NewWeights(seed);
    JsonNode config = connector(features, language.hiddenSize());
    switch (config.getString("model_type")) {
      case "mlp" -> weights.mlp(config);
      case "qformer" -> weights.queryingTransformer(config);
      default -> weights.resampler(config);
    }
    if (!type.startsWith(GATED)) {
      return new Weighted(config, Optional.empty(), weights.made());
    }
    JsonNode gated = gatedLayers(features);
    weights.gatedLayers(gated, language);
    return new Weighted(config, Optional.of(gated), weights.made());
  }

  private JsonNode connector(int features, int embeddings) {
    return switch (type) {
      case "mlp" -> mlp(features, embeddings);
      case "qformer" -> queryingTransformer(features, embeddings);
      case "resampler" -> resampler(features).with("output_size", embeddings);
      case GATED -> resampler(features);
      default -> mlp(features, features);
    };
  }

  /** As wide between its layers as the default model's. */
  private JsonNode mlp(int features, int embeddings) {
    return usual(
        """
        {"model_type": "mlp", "input_size": %d, "hidden_size": %d, "output_size": %d,
         "activation": "gelu", "bias": true}
        """
            .formatted(features, 2 * embeddings, embeddings));
  }

  /** BLIP-2's, but a third as deep and half as wide. */
  private JsonNode queryingTransformer(int features, int embeddings) {
    return usual(
        """
        {"model_type": "qformer", "num_query_tokens": 16, "hidden_size": 384,
         "intermediate_size": 1536, "num_hidden_layers": 4, "num_attention_heads": 6,
         "cross_attention_frequency": 2, "encoder_hidden_size": %d, "output_size": %d}
        """
            .formatted(features, embeddings));
  }

  /** OpenFlamingo's, but a third as deep and with fewer latents. */
  private JsonNode resampler(int features) {
    return usual(
        """
        {"model_type": "perceiver_resampler", "input_size": %d, "num_latents": 16, "depth": 2,
         "heads": 8, "dim_head": 64, "ff_mult": 4}
        """
            .formatted(features));
  }

  /** OpenFlamingo's, before every fourth block. */
  private JsonNode gatedLayers(int features) {
    return usual(
        """
        {"model_type": "gated_cross_attention", "input_size": %d, "heads": 8, "dim_head": 64,
         "cross_attn_every_n_layers": 4}
        """
            .formatted(features));
  }

  /** What is given goes before what is usual; keys of other connectors are passed over. */
  private JsonNode usual(String json) {
    JsonNode config = JsonNode.parse(json, "the new connector's configuration");
    for (String key : overrides.keys()) {
      config = config.with(key, overrides.get(key));
    }
    return config;
  }
}

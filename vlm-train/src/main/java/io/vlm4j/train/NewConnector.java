package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.spi.LayeredLanguageModel;
import java.util.Arrays;
import java.util.Optional;

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
    NewWeights weights = new NewWeights(seed);
    JsonNode config =
        switch (type) {
          case "mlp" -> mlp(features, language.hiddenSize());
          case "qformer" -> queryingTransformer(features, language.hiddenSize());
          default -> direct() ? mlp(features, features) : resampler(features);
        };
    switch (type) {
      case "mlp" -> weights.mlp(config);
      case "qformer" -> weights.queryingTransformer(config);
      case "resampler" -> {
        config = config.with("output_size", language.hiddenSize());
        weights.resampler(config);
      }
      default -> {
        if (direct()) weights.mlp(config);
        else weights.resampler(config);
      }
    }
    if (!type.equals("xattn")) {
      return new Weighted(config, Optional.empty(), weights.made());
    }
    JsonNode gated = gatedLayers(features);
    weights.gatedLayers(gated, language);
    return new Weighted(config, Optional.of(gated), weights.made());
  }

  private boolean direct() {
    return type.equals("xattn") && overrides.getString("model_type", "").equals("mlp");
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

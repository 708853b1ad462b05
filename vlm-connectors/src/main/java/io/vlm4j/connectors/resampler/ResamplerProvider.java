package io.vlm4j.connectors.resampler;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens connector folders of {@code model_type} {@code perceiver_resampler}.
 *
 * <p>Configuration: {@code input_size}; {@code num_latents} (default 64), {@code depth} (6), {@code
 * heads} (8), {@code dim_head} (64), {@code ff_mult} (4), {@code max_num_frames}, {@code
 * max_num_media}, {@code qk_layer_norms}, and {@code output_size} for a projection at the end.
 */
public final class ResamplerProvider implements ConnectorProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("perceiver_resampler");
  }

  @Override
  public Connector load(JsonNode config, Weights weights) {
    return PerceiverResampler.load(ResamplerConfig.of(config), weights);
  }
}

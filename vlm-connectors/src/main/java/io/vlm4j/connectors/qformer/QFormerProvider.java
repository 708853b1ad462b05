package io.vlm4j.connectors.qformer;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens connector folders of {@code model_type} {@code qformer}: a {@code qformer_config} of the
 * hub with {@code num_query_tokens} and {@code output_size} beside its fields.
 */
public final class QFormerProvider implements ConnectorProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qformer");
  }

  @Override
  public Connector load(JsonNode config, Weights weights) {
    QFormerConfig shape =
        QFormerConfig.of(
            config, config.getInt("num_query_tokens", 32), config.getInt("output_size"), false);
    return QFormer.load(shape, weights);
  }
}

package io.vlm4j.spi;

import io.vlm4j.config.JsonNode;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens one family of vision encoders. Found by {@link java.util.ServiceLoader}, so that a third
 * party adds a family by naming its provider in {@code
 * META-INF/services/io.vlm4j.spi.VisionEncoderProvider}.
 */
public interface VisionEncoderProvider {
  /** The {@code model_type} values of the configurations that this provider opens. */
  Set<String> modelTypes();

  /**
   * Reads a vision encoder. The provider reads every tensor that belongs to it; the caller checks
   * that none is left over.
   *
   * @param config the hub's configuration of this part
   * @param weights under the checkpoint's own names, relative to this part
   */
  VisionEncoder load(JsonNode config, Weights weights);
}

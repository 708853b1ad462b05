package io.vlm4j.encoders.vit;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens the variants of the vision transformer. */
public final class VitProvider implements VisionEncoderProvider {
  @Override
  public Set<String> modelTypes() {
    return Arrays.stream(VitFamily.values())
        .flatMap(family -> family.modelTypes().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    return VitFamily.of(config.getString("model_type")).orElseThrow().load(config, weights);
  }
}

package io.vlm4j.encoders.perceiver;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.perceiver.PerceiverConfig;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens {@code deepmind/vision-perceiver-*}, the image classifiers. */
public final class PerceiverProvider implements VisionEncoderProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("perceiver");
  }

  @Override
  public VisionEncoder load(JsonNode json, Weights weights) {
    PerceiverConfig config = PerceiverConfig.of(json);
    return PerceiverVisionEncoder.load(
        config,
        weights,
        (c, named) ->
            switch (c.architecture()) {
              case PerceiverConfig.LEARNED -> ImagePreprocessor.learned(c, named);
              case PerceiverConfig.FOURIER -> ImagePreprocessor.fourier(named);
              case PerceiverConfig.CONVOLUTION -> ImagePreprocessor.convolution(named);
              default ->
                  throw new UnsupportedModelException(
                      json.origin() + ": " + c.architecture() + " reads texts, not images");
            });
  }
}

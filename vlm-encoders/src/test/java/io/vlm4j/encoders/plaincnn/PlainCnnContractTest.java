package io.vlm4j.encoders.plaincnn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderContract;
import io.vlm4j.tensor.Placement;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainCnnContractTest extends VisionEncoderContract {
  @Override
  protected VisionEncoder encoder() {
    return load(List.of(4, 6, 5, 7));
  }

  @Test
  void channelsMustBeThoseOfTheCheckpoint() {
    InvalidModelException e =
        assertThrows(InvalidModelException.class, () -> load(List.of(4, 6, 6, 7)));
    assertTrue(e.getMessage().contains("cnn.6.weight"), e.getMessage());
    assertThrows(InvalidModelException.class, () -> load(List.of()));
    assertThrows(InvalidModelException.class, () -> load(List.of(4, 0)));
  }

  private static VisionEncoder load(List<Integer> channels) {
    Weights weights =
        Weights.of(
            SafetensorsFile.open(TestData.path("show_and_tell/two_layers/model.safetensors")),
            Placement.REFERENCE);
    JsonNode config =
        JsonNode.of(Map.of("channels", channels, "bn_eps", 1e-3, "image_size", 20), "config");
    return new PlainCnnProvider().load(config, weights.at("cnn"));
  }
}

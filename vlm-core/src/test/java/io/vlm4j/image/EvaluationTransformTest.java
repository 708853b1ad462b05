package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.VlmException;
import io.vlm4j.golden.Golden;
import io.vlm4j.tensor.TensorScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Preprocessing that stands in the configurations of timm and open_clip. */
class EvaluationTransformTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"nfnet/nf_resnet50", "nfnet/dm_nfnet", "nfnet/eca_nfnet", "timm/resnet18"})
  void timmsPixelValuesEqualTheReference(String checkpoint) {
    JsonNode config = JsonNode.read(TestData.path(checkpoint + "/config.json"));
    check(checkpoint, ImageProcessors.fromTimm(config.get("pretrained_cfg")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openclip/resnet", "openclip/vit"})
  void openClipsPixelValuesEqualTheReference(String checkpoint) {
    JsonNode config = JsonNode.read(TestData.path(checkpoint + "/open_clip_config.json"));
    check(checkpoint, ImageProcessors.fromOpenClip(config));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"crop_pct": 1.5}                | crop_pct is 1.5
          {"crop_pct": 0}                  | crop_pct is 0.0
          {"crop_mode": "border"}          | crop_mode is border; supported: center, squash
          {"interpolation": "random"}      | interpolation is random
          {"input_size": [3, 32, 48]}      | input_size is [3,32,48]; supported: squares
          {"input_size": [3, 0, 0]}        | expected 1 to 4096 pixels
          {"std": [0, 1, 1]}               | std above 0
          """)
  void valuesThatCannotBeAreRefusedByName(String json, String message) {
    JsonNode cfg = JsonNode.parse(json, "config.json");
    String actual =
        assertThrows(VlmException.class, () -> ImageProcessors.fromTimm(cfg)).getMessage();
    assertTrue(actual.contains(message), actual);
  }

  private static void check(String checkpoint, ImageProcessor processor) {
    Golden golden = Golden.of(checkpoint, "photo");
    try (TensorScope scope = TensorScope.open()) {
      ProcessedImage actual = processor.process(Golden.image("photo.jpg"));
      float[] expected = golden.tensor("pixel_values").toFloats();
      assertArrayEquals(expected, actual.pixelValues(), 1e-5f, checkpoint);
    }
  }
}

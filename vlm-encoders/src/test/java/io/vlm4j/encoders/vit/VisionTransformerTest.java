package io.vlm4j.encoders.vit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class VisionTransformerTest {

  static Stream<Golden> goldens() {
    return Stream.of(
            "vit/classifier",
            "dinov2/base",
            "dinov2/swiglu",
            "siglip/vision",
            "siglip/image_text",
            "clip/vit_gelu",
            "clip/vit_quick_gelu")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  /** Systems whose tensors of the vision tower alone are in a file of their own. */
  static Stream<Golden> towers() {
    return Stream.of("blip/caption", "blip2/opt")
        .flatMap(
            checkpoint -> Stream.of(tower(checkpoint, "tower"), tower(checkpoint, "tower_wide")));
  }

  static Stream<Golden> systems() {
    return Stream.of(
            "blip/caption", "blip/vqa", "blip2/opt", "blip2/flan_t5", "instructblip/vicuna")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource({"goldens", "towers"})
  void hiddenStatesEqualTheReference(Golden golden) {
    try (PooledVisionEncoder encoder = load(golden.checkpoint());
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      encoder.pool(encoder.encode(golden.tensor("pixel_values"), FeatureSelection.LAST));
      golden.assertMatches(trace, "vision.");
      golden.assertClose(
          "vision_last_hidden_state", trace.tensors().get("vision_last_hidden_state"));
      if (golden.expected().names().contains("vision_pooled")) {
        golden.assertClose("vision_pooled", trace.tensors().get("vision_pooled"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void towersOfSystemsEqualTheReference(Golden golden) {
    try (PooledVisionEncoder encoder = load(golden.checkpoint());
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      encoder.encode(golden.tensor("pixel_values"), FeatureSelection.LAST);
      golden.assertClose(
          "vision_last_hidden_state", trace.tensors().get("vision_last_hidden_state"));
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void selectedLayersOfTowersAreThoseOfTheReference(Golden golden) {
    try (PooledVisionEncoder encoder = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      FeatureSelection selection = new FeatureSelection(List.of(1, -1), false);
      ImageFeatures features = encoder.encode(golden.tensor("pixel_values"), selection);
      Tensor all =
          Tensor.cat(2, golden.tensor("hidden_states.1"), golden.tensor("hidden_states.2"));
      Tensor patches = all.narrow(1, 1, all.size(1) - 1).contiguous();
      assertArrayEquals(patches.shape(), features.hiddenStates().shape());
      assertArrayEquals(patches.toFloats(), features.hiddenStates().toFloats(), 1e-3f);
    }
  }

  @Test
  void positionsOfOtherSizesAreKeptUpToABound() {
    try (PooledVisionEncoder encoder = load(TestData.path("blip2/opt"));
        TensorScope scope = TensorScope.open()) {
      int patch = 7;
      for (int columns = 1; columns <= PositionTable.MOST_GRIDS + 2; columns++) {
        int kept = columns <= PositionTable.MOST_GRIDS ? 1 : 0;
        int width = patch * columns;
        Tensor pixels = Tensor.of(new float[3 * patch * width], 1, 3, patch, width);
        long open = NativeHandle.liveCount();
        Tensor first = encoder.encode(pixels, FeatureSelection.LAST).hiddenStates();
        assertEquals(open + kept + 1, NativeHandle.liveCount());
        Tensor again = encoder.encode(pixels, FeatureSelection.LAST).hiddenStates();
        assertEquals(open + kept + 2, NativeHandle.liveCount());
        assertArrayEquals(first.toFloats(), again.toFloats());
      }
    }
  }

  @Test
  void anyLayersWithOrWithoutTheClassToken() {
    Golden golden = Golden.of("vit/classifier").get(0);
    try (PooledVisionEncoder encoder = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      Tensor pixels = golden.tensor("pixel_values");
      ImageFeatures two = encoder.encode(pixels, new FeatureSelection(List.of(1, -1), false));
      assertEquals(16, two.hiddenStates().size(1));
      assertEquals(96, two.hiddenStates().size(2));
      assertEquals(0, two.prefixTokens());
      assertEquals(
          "vision feature layer 3 is out of range: an encoder of 2 layers has -3 to 2",
          assertThrows(
                  InvalidModelException.class,
                  () -> encoder.encode(pixels, new FeatureSelection(List.of(3), true)))
              .getMessage());
      Tensor tiny = Tensor.of(new float[3 * 4 * 4], 1, 3, 4, 4);
      assertThrows(InvalidImageException.class, () -> encoder.encode(tiny, FeatureSelection.LAST));
    }
  }

  @Test
  void wrongWidthsNameTheTensorAndBothShapes() {
    Path folder = TestData.path("vit/classifier");
    JsonNode wrong =
        JsonNode.parse(
            JsonNode.read(folder.resolve("config.json"))
                .toString()
                .replace("\"intermediate_size\":96", "\"intermediate_size\":95"),
            "config");
    Weights weights =
        Weights.of(SafetensorsFile.open(folder.resolve("model.safetensors")), Placement.REFERENCE);
    String message =
        assertThrows(InvalidModelException.class, () -> VitFamily.VIT.load(wrong, weights))
            .getMessage();
    assertTrue(message.contains("intermediate.dense.weight"), message);
    assertTrue(message.contains("[96, 48]"), message);
    assertTrue(message.contains("[95, 48]"), message);
  }

  private static Golden tower(String checkpoint, String name) {
    Map<String, String> definition =
        Map.of("name", name, "expected_tensors", name + ".safetensors");
    return new Golden(TestData.path(checkpoint), JsonNode.of(definition, name));
  }

  static VisionEncoder load(String checkpoint) {
    return load(TestData.path(checkpoint));
  }

  private static PooledVisionEncoder load(Path folder) {
    JsonNode config = JsonNode.read(folder.resolve("config.json"));
    Weights weights =
        Weights.of(SafetensorsFile.open(folder.resolve("model.safetensors")), Placement.REFERENCE);
    return VitFamily.of(config.getString("model_type")).orElseThrow().load(config, weights);
  }
}

package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsTest extends WeightsTestBase {
  private static final NameMap SYSTEM =
      NameMap.parse(
          """
          *.position_ids     -> ignore
          vision_tower.*     -> encoder.*
          language_model.*   -> lm.*
          """);
  private static final NameMap ENCODER =
      NameMap.parse(
          """
          vision_model.*        -> *
          blocks.{i}.fc.*       -> layers.{i}.up.*
          blocks.{i}.old_fc.*   -> layers.{i}.up.*
          """);

  @Test
  void partsReadTheirTensorsUnderTheirOwnNames() {
    Weights root =
        weights(
            "vision_tower.blocks.0.fc.weight",
            "vision_tower.blocks.1.fc.weight",
            "vision_tower.position_ids",
            "language_model.head.weight");
    Weights system = root.mapped(SYSTEM);
    Weights encoder = system.at("encoder").mapped(ENCODER);
    assertEquals(2, encoder.count("layers"));
    assertEquals(0, encoder.count("layer"));
    assertTrue(encoder.at("layers", 1).has("up.weight"));
    assertFalse(encoder.at("layers", 2).has("up.weight"));
    assertEquals(Placement.REFERENCE, encoder.placement());
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < 2; i++) {
        Tensor weight = encoder.at("layers", i).at("up").get("weight", 2, 3);
        assertArrayEquals(new float[6], weight.toFloats());
      }
      assertInvalid(
          root::requireAllRead, "1 tensor(s)", "language_model.head.weight", "another model's");
      assertTrue(system.at("lm.head").find("weight", 2, 3).isPresent());
      assertTrue(system.at("lm.head").find("bias", 3).isEmpty());
    }
    encoder.requireAllRead();
    assertTrue(
        encoder
            .describe("layers.0.up.weight")
            .startsWith("layers.0.up.weight (vision_tower.blocks.0.fc.weight BF16 [2, 3] in "));
  }

  @Test
  void missingTensorsAreNamedAsTheCheckpointWould() {
    Weights encoder =
        weights("vision_tower.blocks.0.fc.weight").mapped(SYSTEM).at("encoder").mapped(ENCODER);
    assertInvalid(
        () -> encoder.at("layers", 1).get("up.weight", 2, 3),
        "model.safetensors has no tensor vision_tower.vision_model.blocks.1.fc.weight or "
            + "vision_tower.blocks.1.fc.weight or ",
        "vision_tower.blocks.1.old_fc.weight (layers.1.up.weight); nearest are "
            + "vision_tower.blocks.0.fc.weight");
    assertInvalid(() -> encoder.describe("norm"), "has no tensor norm; nearest are");
    assertInvalid(() -> weights().get("norm"), "has no tensor norm; it has none at all");
  }

  @Test
  void misshapenTensorsAreNamedBothWays() {
    Weights encoder =
        Weights.of(source("blocks.0.fc.weight"), ENCODER, Placement.REFERENCE).at("layers", 0);
    String problem = "tensor blocks.0.fc.weight (layers.0.up.weight) has the shape [2, 3]";
    assertInvalid(() -> encoder.get("up.weight", 3, 2), problem, "expected [3, 2]");
    assertInvalid(() -> encoder.getFloat("up.weight", 6), problem, "expected [6]");
    assertInvalid(() -> encoder.find("up.weight", 1, 2, 3), problem, "expected [1, 2, 3]");
    assertInvalid(() -> encoder.getReshaped("up.weight", 1, 6), problem, "expected [1, 6]");
    try (Tensor weight = encoder.getReshaped("up.weight", 1, 2, 3)) {
      assertArrayEquals(new long[] {1, 2, 3}, weight.shape());
    }
  }

  @Test
  void twoTensorsOfOneNameAreAnError() {
    Weights root = weights("blocks.0.fc.weight", "blocks.0.old_fc.weight");
    assertInvalid(
        () -> root.mapped(ENCODER),
        "has both blocks.0.fc.weight and blocks.0.old_fc.weight for layers.0.up.weight");
  }

  @Test
  void surplusTensorsAreListedUpToTen() {
    String[] names = new String[12];
    for (int i = 0; i < names.length; i++) {
      names[i] = "t" + (char) ('a' + i);
    }
    Weights root = weights(names);
    root.skip("ta");
    root.skip("absent");
    assertInvalid(root::requireAllRead, "has 11 tensor(s)", "tb, tc, td", "tk and 1 more");
  }

  @Test
  void floatsAreConvertedAndNothingElseStaysOpen() {
    Weights root = weights("norm");
    long before = NativeHandle.liveCount();
    try (Tensor norm = root.getFloat("norm", 2, 3)) {
      assertEquals(DType.FLOAT32, norm.dtype());
      assertEquals(before + 1, NativeHandle.liveCount());
    }
    try (Tensor norm = root.get("norm", 2, 3)) {
      assertEquals(DType.BFLOAT16, norm.dtype());
    }
  }

  private Weights weights(String... names) {
    return Weights.of(source(names), Placement.REFERENCE);
  }

  private WeightSource source(String... names) {
    Path path = dir.resolve("model.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      Tensor zeros = Tensor.of(new float[6], 2, 3).to(DType.BFLOAT16);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : names) {
        tensors.put(name, zeros);
      }
      SafetensorsWriter.write(path, tensors, Map.of());
    }
    return SafetensorsFile.open(path);
  }
}

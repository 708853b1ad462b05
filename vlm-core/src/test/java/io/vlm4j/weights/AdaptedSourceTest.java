package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class AdaptedSourceTest {
  private static final String PATH = "base_model.model.model.layers.0.q.";

  @TempDir private Path folder;

  @Test
  void mergesIntoTheWeightOfAnotherLayout() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      AdaptedSource adapted = adapted(1, PATH, 3);
      // B A = (1, 2)' (3, 4), times 2 / 1
      assertArrayEquals(
          new float[] {7, 8, 12, 17},
          adapted.load("language_model.model.layers.0.q.weight").toFloats());
      assertArrayEquals(new float[] {5}, adapted.load("other").toFloats());
    }
  }

  @Test
  void badAdaptersAreNamed() {
    try (TensorScope scope = TensorScope.open()) {
      assertFails("no weight in", 1, PATH.replace("q", "z"), 3);
      assertFails("expected [2, 2]", 2, PATH, 3);
      assertFails("lora_A.weight holds NaN", 1, PATH, Float.NaN);
    }
  }

  @Test
  void checkpointsMayHaveNamesOfTheirOwn() throws IOException {
    Function<String, Optional<String>> hubNames =
        name -> Optional.of("model.layers.0.k.weight").filter(hub -> name.startsWith("language"));
    try (TensorScope scope = TensorScope.open()) {
      write(1, PATH, 3);
      WeightSource base = WeightSources.open(folder.resolve("model.safetensors"));
      assertEquals(List.of(PATH + "lora_A.weight"), AdaptedSource.misfits(base, hubNames, folder));
      assertTrue(
          assertThrows(InvalidModelException.class, () -> AdaptedSource.of(base, hubNames, folder))
              .getMessage()
              .endsWith(": no weight in " + base.origin() + " for " + PATH + "lora_A.weight"));
      write(1, PATH.replace("q.", "k."), 3);
      assertEquals(List.of(), AdaptedSource.misfits(base, hubNames, folder));
      assertArrayEquals(
          new float[] {7, 8, 12, 17},
          AdaptedSource.of(base, hubNames, folder)
              .load("language_model.model.layers.0.q.weight")
              .toFloats());
    }
  }

  @Test
  void noWeightIsAdaptedTwice() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      adapted(1, PATH, 3);
      Map<String, Tensor> tensors = new TreeMap<>();
      for (String name : List.of("default", "other")) {
        tensors.put(PATH + "lora_A." + name + ".weight", Tensor.of(new float[] {3, 4}, 1, 2));
        tensors.put(PATH + "lora_B." + name + ".weight", Tensor.of(new float[] {1, 2}, 2, 1));
      }
      SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, Map.of());
      WeightSource base = WeightSources.open(folder.resolve("model.safetensors"));
      assertTrue(
          assertThrows(InvalidModelException.class, () -> AdaptedSource.of(base, folder))
              .getMessage()
              .contains("for one weight"));
    }
  }

  private void assertFails(String message, int rank, String path, float value) {
    InvalidModelException e =
        assertThrows(
            InvalidModelException.class,
            () -> adapted(rank, path, value).load("language_model.model.layers.0.q.weight"));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private AdaptedSource adapted(int rank, String path, float value) throws IOException {
    write(rank, path, value);
    return AdaptedSource.of(WeightSources.open(folder.resolve("model.safetensors")), folder);
  }

  /** A checkpoint of two tensors and an adapter on the path. */
  private void write(int rank, String path, float value) throws IOException {
    Path base = folder.resolve("model.safetensors");
    SafetensorsWriter.write(
        base,
        Map.of(
            "language_model.model.layers.0.q.weight",
            Tensor.of(new float[] {1, 0, 0, 1}, 2, 2),
            "other",
            Tensor.of(new float[] {5}, 1)),
        Map.of());
    Files.writeString(
        folder.resolve(AdaptedSource.CONFIG),
        "{\"peft_type\": \"LORA\", \"r\": " + rank + ", \"lora_alpha\": 2}");
    SafetensorsWriter.write(
        folder.resolve("adapter_model.safetensors"),
        Map.of(
            path + "lora_A.weight",
            Tensor.of(new float[] {value, 4}, 1, 2),
            path + "lora_B.weight",
            Tensor.of(new float[] {1, 2}, 2, 1)),
        Map.of());
  }
}

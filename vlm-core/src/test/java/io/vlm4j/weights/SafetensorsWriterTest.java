package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SafetensorsWriterTest extends WeightsTestBase {
  @Test
  void everyTypeComesBackAsItWas() {
    Path path = dir.resolve("types");
    try (TensorScope scope = TensorScope.open()) {
      Tensor values = Tensor.of(new float[] {0, 1, 2, -3.5f, 5, 1000, 0}, 7);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (DType type : DType.values()) {
        tensors.put(
            type.name(), type == DType.UINT8 ? values.mul(values).to(type) : values.to(type));
      }
      tensors.put("scalar", Tensor.of(new float[] {4}));
      tensors.put("none", Tensor.of(new float[0], 3, 0));
      SafetensorsWriter.write(path, tensors, Map.of());

      SafetensorsFile file = SafetensorsFile.open(path);
      assertEquals(tensors.keySet(), Set.copyOf(file.names()));
      tensors.forEach(
          (name, tensor) -> {
            Tensor read = file.load(name);
            assertEquals(tensor.dtype(), read.dtype());
            assertArrayEquals(tensor.shape(), read.shape());
            assertArrayEquals(tensor.toFloats(), read.toFloats(), name);
          });
    }
  }

  @Test
  void viewsAndLongTensorsAreWrittenWhole() {
    Path path = dir.resolve("views");
    long[] numbers = new long[300_001];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i * 1_000_003L;
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor all = Tensor.of(numbers, numbers.length);
      Tensor turned = all.narrow(0, 1, 300_000).view(3, 100_000).transpose(0, 1);
      Tensor halves = all.to(DType.FLOAT32).to(DType.FLOAT16).narrow(0, 3, 5);
      SafetensorsWriter.write(path, Map.of("turned", turned, "halves", halves), Map.of());
      SafetensorsFile file = SafetensorsFile.open(path);
      assertArrayEquals(turned.toLongs(), file.load("turned").toLongs());
      assertArrayEquals(halves.toFloats(), file.load("halves").toFloats());
    }
  }

  @Test
  void theSameTensorsGiveTheSameAlignedFile() throws IOException {
    try (Tensor a = Tensor.of(new float[] {1, 2, 3}, 3);
        Tensor b = Tensor.of(new long[] {4}, 1)) {
      Map<String, Tensor> oneWay = new LinkedHashMap<>();
      oneWay.put("a", a);
      oneWay.put("b", b);
      Map<String, Tensor> otherWay = new LinkedHashMap<>();
      otherWay.put("b", b);
      otherWay.put("a", a);
      Map<String, String> metadata = Map.of("z", "<1>", "format", "pt");
      SafetensorsWriter.write(dir.resolve("one"), oneWay, metadata);
      SafetensorsWriter.write(dir.resolve("other"), otherWay, metadata);
    }
    byte[] bytes = Files.readAllBytes(dir.resolve("one"));
    assertArrayEquals(bytes, Files.readAllBytes(dir.resolve("other")));
    SafetensorsFile file = SafetensorsFile.open(dir.resolve("one"));
    assertEquals(List.of("b", "a"), List.copyOf(file.names()));
    assertEquals(Map.of("format", "pt", "z", "<1>"), file.metadata());
    assertEquals(0, bytes[0] % 8);
    assertFalse(Files.exists(dir.resolve("one.part")));
  }

  @Test
  void whatCannotBeWrittenIsAnError() {
    Path nowhere = dir.resolve("absent/file");
    assertThrows(VlmException.class, () -> SafetensorsWriter.write(nowhere, Map.of(), Map.of()));
    try (Tensor a = Tensor.of(new float[] {1}, 1)) {
      Map<String, Tensor> reserved = Map.of("__metadata__", a);
      assertThrows(
          IllegalArgumentException.class,
          () -> SafetensorsWriter.write(dir.resolve("x"), reserved, Map.of()));
    }
  }
}

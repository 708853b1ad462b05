package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class JoinedSourceTest {
  @TempDir private Path folder;

  @Test
  void laterTensorsTakeThePlaceOfEarlierOnes() {
    try (TensorScope scope = TensorScope.open()) {
      JoinedSource joined =
          new JoinedSource("joined")
              .with(file("a", Map.of("x", Tensor.of(new float[] {1}, 1))), name -> "lm." + name)
              .with(
                  file(
                      "b",
                      Map.of(
                          "x",
                          Tensor.of(new float[] {2, 3}, 2),
                          "y",
                          Tensor.of(new float[] {4}, 1))),
                  name -> name.equals("x") ? "lm.x" : name);
      assertEquals(Set.of("lm.x", "y"), joined.names());
      assertEquals(List.of(2L), joined.info("lm.x").shape());
      assertEquals("lm.x", joined.info("lm.x").name());
      assertArrayEquals(new float[] {2, 3}, joined.load("lm.x").toFloats());
      assertEquals("joined", joined.origin());
      assertThrows(NoSuchElementException.class, () -> joined.info("x"));
    }
  }

  private SafetensorsFile file(String name, Map<String, Tensor> tensors) {
    Path file = folder.resolve(name + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return SafetensorsFile.open(file);
  }
}

package io.vlm4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.TensorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class TensorTest {

  @Test
  void scopesFreeWhatTheyOwnAndPassOnWhatIsKept() {
    long before = NativeHandle.liveCount();
    Tensor kept;
    try (TensorScope outer = TensorScope.open()) {
      Tensor a = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
      try (TensorScope inner = TensorScope.open()) {
        kept = inner.keep(a.matmul(a));
        a.add(a);
      }
      assertArrayEquals(new float[] {7, 10, 15, 22}, kept.toFloats());
      assertEquals(before + 2, NativeHandle.liveCount());
      outer.keep(kept);
    }
    assertTrue(kept.isOpen());
    kept.close();
    kept.close();
    assertThrows(IllegalStateException.class, kept::shape);
  }

  @Test
  void sealedScopesOutliveTheirMethod() {
    TensorScope scope = TensorScope.open();
    Tensor weights = Tensor.of(new float[] {1, 2}, 2);
    scope.seal();
    try (TensorScope other = TensorScope.open()) {
      assertArrayEquals(new float[] {2, 4}, weights.add(weights).toFloats());
    }
    scope.close();
    assertTrue(!weights.isOpen());
  }

  @Test
  void filesAreMappedAtAnyOffset(@TempDir Path dir) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(3, 1.5f).putFloat(7, -2f).putFloat(8 + 4, 4f).putFloat(16, 5f);
    Path file = Files.write(dir.resolve("bytes"), bytes.array());
    try (Tensor odd = Tensor.mapFile(file, 3, DType.FLOAT32, 2);
        Tensor even = Tensor.mapFile(file, 12, DType.FLOAT32, 2, 1);
        Tensor none = Tensor.mapFile(file, 12, DType.FLOAT32, 2, 0)) {
      assertArrayEquals(new float[] {1.5f, -2f}, odd.toFloats());
      assertArrayEquals(new float[] {4f, 5f}, even.toFloats());
      assertArrayEquals(new long[] {2, 1}, even.shape());
      assertArrayEquals(new long[] {2, 0}, none.shape());
    }
  }

  @Test
  void mismatchedShapesAreOneLineErrors() {
    try (Tensor a = Tensor.of(new float[6], 2, 3);
        Tensor b = Tensor.of(new float[8], 2, 4)) {
      TensorException e = assertThrows(TensorException.class, () -> a.matmul(b));
      assertEquals(1, e.getMessage().lines().count());
      assertTrue(e.getMessage().contains("2x3 and 2x4"), e.getMessage());
    }
    assertThrows(TensorException.class, () -> Tensor.of(new float[5], 2, 3));
  }

  @Test
  void typesConvert() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor ids = Tensor.ofIds(3, 1, 2);
      assertEquals(DType.INT64, ids.dtype());
      assertArrayEquals(new int[] {3, 1, 2}, ids.toInts());
      assertArrayEquals(new float[] {3, 1, 2}, ids.to(DType.BFLOAT16).toFloats());
    }
  }
}

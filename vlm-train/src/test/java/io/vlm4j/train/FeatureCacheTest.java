package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.VlmException;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features come back as they were, and none is computed twice. */
@ExtendWith(LeakCheck.class)
class FeatureCacheTest {
  private static final int IMAGES = 7;
  private static final List<Integer> ALL = List.of(0, 1, 2, 3, 4, 5, 6);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"FLOAT32, 0", "FLOAT16, 1e-3"})
  void featuresComeBack(DType type, float tolerance) {
    try (TensorScope scope = TensorScope.open();
        FeatureCache cache = open(type)) {
      List<Integer> encoded = new ArrayList<>();
      cache.fill(ALL, 3, some -> encode(some, encoded), (done, of) -> {});
      ImageFeatures read = cache.read(List.of(6, 0, 3));
      assertArrayEquals(
          encode(List.of(6, 0, 3), new ArrayList<>()).hiddenStates().toFloats(),
          read.hiddenStates().toFloats(),
          tolerance);
      assertEquals(2, read.rows());
      assertEquals(ALL, encoded);
    }
  }

  @Test
  void whatWasBrokenOffGoesOn() {
    List<Integer> encoded = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        FeatureCache cache = open(DType.FLOAT32)) {
      assertThrows(
          IllegalStateException.class,
          () ->
              cache.fill(
                  ALL,
                  3,
                  some -> encode(some, encoded),
                  (done, of) -> {
                    throw new IllegalStateException("broken off");
                  }));
    }
    encoded.clear();
    try (TensorScope scope = TensorScope.open();
        FeatureCache cache = open(DType.FLOAT32)) {
      cache.fill(ALL, 3, some -> encode(some, encoded), (done, of) -> {});
      assertEquals(List.of(3, 4, 5, 6), encoded);
    }
  }

  @Test
  void anotherShapeIsRefused() {
    try (TensorScope scope = TensorScope.open()) {
      open(DType.FLOAT32).close();
      ImageFeatures other = new ImageFeatures(Tensor.of(new float[8], 1, 2, 4), 0, 1, 2);
      Path file = folder.resolve("cache.bin");
      String message =
          assertThrows(
                  VlmException.class, () -> FeatureCache.open(file, other, IMAGES, DType.FLOAT32))
              .getMessage();
      assertTrue(message.contains("another encoder"), message);
    }
  }

  private FeatureCache open(DType type) {
    ImageFeatures example = encode(List.of(0), new ArrayList<>());
    return FeatureCache.open(folder.resolve("cache.bin"), example, IMAGES, type);
  }

  /** [B, 4, 3] of numbers that differ from image to image. */
  private static ImageFeatures encode(List<Integer> images, List<Integer> encoded) {
    encoded.addAll(images);
    float[] values = new float[images.size() * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (images.get(i / 12) + 1) / 7f + i % 12 / 100f;
    }
    return new ImageFeatures(Tensor.of(values, images.size(), 4, 3), 0, 2, 2);
  }
}

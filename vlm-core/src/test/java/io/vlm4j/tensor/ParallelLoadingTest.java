package io.vlm4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ParallelLoadingTest {
  private final int threads = KernelLibrary.shared().threads();

  @BeforeEach
  void useThreads() {
    KernelLibrary.shared().setThreads(4);
  }

  @AfterEach
  void restoreThreads() {
    KernelLibrary.shared().setThreads(threads);
  }

  @Test
  void layersComeInOrderAndBelongToTheCallersScope() {
    long before = NativeHandle.liveCount();
    Set<Thread> loaders = ConcurrentHashMap.newKeySet();
    List<Tensor> layers;
    try (TensorScope outer = TensorScope.open()) {
      layers =
          ParallelLoading.layers(
              20,
              i -> {
                loaders.add(Thread.currentThread());
                return doubled(i);
              });
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(new float[] {2 * i}, layers.get(i).toFloats());
      }
      assertEquals(before + 20, NativeHandle.liveCount());
      assertTrue(loaders.contains(Thread.currentThread()) && loaders.size() > 1);
    }
    assertTrue(layers.stream().noneMatch(Tensor::isOpen));
  }

  @Test
  void theFirstLayerThatFailsIsNamedAndNothingStays() {
    try (TensorScope scope = TensorScope.open()) {
      RuntimeException error =
          assertThrows(
              IllegalStateException.class,
              () -> ParallelLoading.layers(9, ParallelLoadingTest::failingFromFive));
      assertEquals("layer 5", error.getMessage());
    }
  }

  @Test
  void withoutAScopeTheCallerClosesTheLayers() {
    List<Tensor> layers = ParallelLoading.layers(5, ParallelLoadingTest::doubled);
    assertTrue(layers.stream().allMatch(Tensor::isOpen));
    layers.forEach(Tensor::close);
  }

  private static Tensor failingFromFive(int index) {
    Tensor layer = doubled(index);
    if (index >= 5) {
      throw new IllegalStateException("layer " + index);
    }
    return layer;
  }

  private static Tensor doubled(int index) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor half = Tensor.of(new float[] {index}, 1);
      return scope.keep(half.add(half));
    }
  }
}

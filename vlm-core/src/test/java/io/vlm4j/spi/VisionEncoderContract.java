package io.vlm4j.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every vision encoder must do. */
@ExtendWith(LeakCheck.class)
public abstract class VisionEncoderContract {

  /** A new encoder of a small size. */
  protected abstract VisionEncoder encoder();

  @Test
  void shapesAreAsPromised() {
    try (VisionEncoder encoder = encoder();
        TensorScope scope = TensorScope.open()) {
      ImageFeatures features = encoder.encode(pixels(encoder, 2), FeatureSelection.LAST);
      long tokens = features.prefixTokens() + (long) features.rows() * features.columns();
      assertArrayEquals(
          new long[] {2, tokens, encoder.hiddenSize()}, features.hiddenStates().shape());
      ImageFeatures joined =
          encoder.encode(pixels(encoder, 1), new FeatureSelection(List.of(0, -1), false));
      assertArrayEquals(
          new long[] {1, tokens - features.prefixTokens(), 2L * encoder.hiddenSize()},
          joined.hiddenStates().shape());
    }
  }

  @Test
  void theImagesOfABatchDoNotTouch() {
    try (VisionEncoder encoder = encoder();
        TensorScope scope = TensorScope.open()) {
      Tensor both = pixels(encoder, 2);
      float[] together = encoder.encode(both, FeatureSelection.LAST).hiddenStates().toFloats();
      float[] alone =
          encoder.encode(both.narrow(0, 1, 1), FeatureSelection.LAST).hiddenStates().toFloats();
      assertArrayEquals(alone, Arrays.copyOfRange(together, alone.length, together.length), 1e-4f);
    }
  }

  @Test
  void onlyTheResultIsLeftInTheCallersScope() {
    try (VisionEncoder encoder = encoder();
        TensorScope scope = TensorScope.open()) {
      Tensor pixels = pixels(encoder, 1);
      long open = NativeHandle.liveCount();
      encoder.encode(pixels, FeatureSelection.LAST);
      assertEquals(open + 1, NativeHandle.liveCount());
    }
  }

  @Test
  void layersOutOfRangeAreErrors() {
    try (VisionEncoder encoder = encoder();
        TensorScope scope = TensorScope.open()) {
      FeatureSelection beyond = new FeatureSelection(List.of(encoder.layerCount() + 1), true);
      Tensor pixels = pixels(encoder, 1);
      assertThrows(InvalidModelException.class, () -> encoder.encode(pixels, beyond));
    }
  }

  private static Tensor pixels(VisionEncoder encoder, int batch) {
    int side = encoder.imageSize();
    float[] values = new float[batch * 3 * side * side];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, batch, 3, side, side);
  }
}

package io.vlm4j.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every connector must do. */
@ExtendWith(LeakCheck.class)
public abstract class ConnectorContract {
  /** Side of the square grid of patches that the contract feeds. */
  protected static final int SIDE = 4;

  /** A new connector of small widths. */
  protected abstract Connector connector();

  /** Embeddings that a grid of {@link #SIDE} x {@link #SIDE} patches becomes. */
  protected abstract int expectedTokens();

  @Test
  void shapesAreAsPromised() {
    try (Connector connector = connector();
        TensorScope scope = TensorScope.open()) {
      Tensor embeddings = connector.connect(features(connector, 2));
      assertArrayEquals(
          new long[] {2, expectedTokens(), connector.outputSize()}, embeddings.shape());
    }
  }

  @Test
  void theImagesOfABatchDoNotTouch() {
    try (Connector connector = connector();
        TensorScope scope = TensorScope.open()) {
      ImageFeatures both = features(connector, 2);
      float[] together = connector.connect(both).toFloats();
      ImageFeatures second = new ImageFeatures(both.hiddenStates().narrow(0, 1, 1), 0, SIDE, SIDE);
      float[] alone = connector.connect(second).toFloats();
      assertArrayEquals(alone, Arrays.copyOfRange(together, alone.length, together.length), 1e-5f);
    }
  }

  @Test
  void onlyTheResultIsLeftInTheCallersScope() {
    try (Connector connector = connector();
        TensorScope scope = TensorScope.open()) {
      ImageFeatures features = features(connector, 1);
      long open = NativeHandle.liveCount();
      connector.connect(features);
      assertEquals(open + 1, NativeHandle.liveCount());
    }
  }

  private static ImageFeatures features(Connector connector, int batch) {
    float[] values = new float[batch * SIDE * SIDE * connector.inputSize()];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor states = Tensor.of(values, batch, SIDE * SIDE, connector.inputSize());
    return new ImageFeatures(states, 0, SIDE, SIDE);
  }
}

package io.vlm4j.connectors.gated;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Random;

/** A model of blocks that do nothing, so that tokens know of nothing but what hooks show them. */
final class TokenwiseModel implements LayeredLanguageModel {
  static final int SIZE = 8;
  static final int BLOCKS = 2;
  private static final int VOCABULARY = 11;

  @Override
  public int layerCount() {
    return BLOCKS;
  }

  @Override
  public int hiddenSize() {
    return SIZE;
  }

  @Override
  public int vocabularySize() {
    return SIZE;
  }

  @Override
  public int contextLength() {
    return 64;
  }

  @Override
  public Tensor embed(int... ids) {
    float[] values = new float[ids.length * SIZE];
    for (int i = 0; i < ids.length; i++) {
      Random random = new Random(ids[i] % VOCABULARY);
      for (int j = 0; j < SIZE; j++) {
        values[i * SIZE + j] = (float) random.nextGaussian();
      }
    }
    return Tensor.of(values, ids.length, SIZE);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    return new Counter(batch, capacity, 0);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState state, Logits logits, LayerHook hook) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = embeddings;
      for (int block = 0; block < BLOCKS; block++) {
        hidden = hook.beforeBlock(block, hidden);
      }
      ((Counter) state).length += embeddings.size(1);
      Tensor wanted = logits == Logits.LAST ? hidden.narrow(1, hidden.size(1) - 1L, 1) : hidden;
      return scope.keep(wanted.copy());
    }
  }

  @Override
  public void close() {}

  private static final class Counter implements DecodeState {
    private final int batch;
    private final int capacity;
    private int length;

    Counter(int batch, int capacity, int length) {
      this.batch = batch;
      this.capacity = capacity;
      this.length = length;
    }

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public DecodeState select(int[] rows, int newCapacity) {
      return new Counter(rows.length, newCapacity, length);
    }

    @Override
    public void truncate(int newLength) {
      length = newLength;
    }

    @Override
    public void close() {}
  }
}

package io.vlm4j.generate;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A language model whose logits are a hash of the whole sequence, so that every reordering mistake
 * changes the result. An embedding [1] is the token's id; a state remembers ids. The same function
 * in Python, as a Hugging Face model, gave the expected values in {@code testdata/generate}.
 */
final class ToyLanguageModel implements LanguageModel {
  final AtomicInteger openStates = new AtomicInteger();
  final AtomicInteger selects = new AtomicInteger();
  final AtomicInteger steps = new AtomicInteger();

  private final long seed;
  private final int vocabulary;
  private final Map<Integer, Float> bias;
  private final int contextLength;

  ToyLanguageModel(long seed, int vocabulary, Map<Integer, Float> bias, int contextLength) {
    this.seed = seed;
    this.vocabulary = vocabulary;
    this.bias = bias;
    this.contextLength = contextLength;
  }

  ToyLanguageModel(long seed, int vocabulary) {
    this(seed, vocabulary, Map.of(), 4096);
  }

  /** Logits in [-4, 4), exact in float32, that follow a sequence. */
  float[] logits(int... ids) {
    long hash = mix(seed);
    for (int id : ids) {
      hash = mix(hash + id + 0x9e3779b97f4a7c15L);
    }
    float[] logits = new float[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      long bits = mix(hash + token + 1) >>> 40;
      logits[token] = (bits - (1 << 23)) / (float) (1 << 21) + bias.getOrDefault(token, 0f);
    }
    return logits;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The embeddings of a prompt, [1, T, 1]. */
  Tensor prompt(int... ids) {
    return embed(ids).view(1, ids.length, 1);
  }

  @Override
  public int hiddenSize() {
    return 1;
  }

  @Override
  public int vocabularySize() {
    return vocabulary;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public Tensor embed(int... ids) {
    float[] values = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      values[i] = ids[i];
    }
    return Tensor.of(values, ids.length, 1);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    if (capacity > contextLength) {
      throw new InvalidPromptException(capacity + " positions, the context is " + contextLength);
    }
    return new State(new int[batch][0], capacity);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
    steps.incrementAndGet();
    State sequences = (State) state;
    float[] ids = embeddings.toFloats();
    int batch = embeddings.size(0);
    int length = embeddings.size(1);
    float[] all = new float[batch * vocabulary];
    for (int row = 0; row < batch; row++) {
      for (int t = 0; t < length; t++) {
        sequences.append(row, (int) ids[row * length + t]);
      }
      System.arraycopy(logits(sequences.ids[row]), 0, all, row * vocabulary, vocabulary);
    }
    return Tensor.of(all, batch, 1, vocabulary);
  }

  @Override
  public void close() {}

  private final class State implements DecodeState {
    private final int[][] ids;
    private final int capacity;
    private boolean open = true;

    State(int[][] ids, int capacity) {
      this.ids = ids;
      this.capacity = capacity;
      openStates.incrementAndGet();
    }

    void append(int row, int id) {
      if (!open || ids[row].length >= capacity) {
        throw new IllegalStateException("no room at " + ids[row].length + ", or closed");
      }
      ids[row] = Arrays.copyOf(ids[row], ids[row].length + 1);
      ids[row][ids[row].length - 1] = id;
    }

    @Override
    public int batch() {
      return ids.length;
    }

    @Override
    public int length() {
      return ids[0].length;
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public DecodeState select(int[] rows, int newCapacity) {
      if (!open || newCapacity < length() || newCapacity > contextLength) {
        throw new IllegalStateException("bad capacity " + newCapacity + ", or closed");
      }
      selects.incrementAndGet();
      int[][] chosen = Arrays.stream(rows).mapToObj(row -> ids[row]).toArray(int[][]::new);
      return new State(chosen, newCapacity);
    }

    @Override
    public void truncate(int length) {
      for (int row = 0; row < ids.length; row++) {
        ids[row] = Arrays.copyOf(ids[row], length);
      }
    }

    @Override
    public void close() {
      if (!open) {
        throw new IllegalStateException("closed twice");
      }
      open = false;
      openStates.decrementAndGet();
    }
  }
}

package io.vlm4j.models.matching;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Texts as a model reads them side by side: padded on the right to one length T. */
public final class TokenBatch {
  private final List<int[]> rows;
  private final int length;
  private final Padding padding;

  private TokenBatch(List<int[]> rows, int length, Padding padding) {
    this.rows = rows;
    this.length = length;
    this.padding = padding;
  }

  /**
   * How texts are made equally long.
   *
   * @param length T for all; 0 for that of the longest
   * @param limit tokens that the model reads
   * @param cuts of a longer text the beginning and the last token stay; else it is an error
   * @param padId what stands after a shorter text
   * @param hidden no token sees what stands after a text; else it is read like any token
   */
  public record Padding(int length, int limit, boolean cuts, int padId, boolean hidden) {
    /** To the longest text, whatever its length. */
    static Padding longest(int padId) {
      return new Padding(0, Integer.MAX_VALUE, false, padId, true);
    }

    TokenBatch apply(List<int[]> texts) {
      List<int[]> rows = texts.stream().map(this::limited).toList();
      int longest = rows.stream().mapToInt(row -> row.length).max().orElse(0);
      return new TokenBatch(rows, Math.max(longest, length), this);
    }

    private int[] limited(int[] ids) {
      if (ids.length <= limit) {
        return ids;
      }
      if (!cuts) {
        throw new InvalidPromptException(
            "a text has " + ids.length + " tokens; the model reads at most " + limit);
      }
      int[] beginning = Arrays.copyOf(ids, limit);
      beginning[limit - 1] = ids[ids.length - 1];
      return beginning;
    }
  }

  /** Number of texts. */
  public int size() {
    return rows.size();
  }

  /** T, padding included. */
  public int length() {
    return length;
  }

  /** A text's tokens, without padding. */
  public int[] tokens(int index) {
    return rows.get(index).clone();
  }

  /** A text's T tokens, with padding. */
  public int[] padded(int index) {
    int[] row = rows.get(index);
    int[] padded = Arrays.copyOf(row, length);
    Arrays.fill(padded, row.length, length, padding.padId());
    return padded;
  }

  /**
   * Who sees whom, if some text is shorter and its padding is hidden.
   *
   * @param causal a token sees itself and those before it; else all of them
   * @return boolean [B, 1, T, T]; true: may look
   */
  public Optional<Tensor> mask(boolean causal) {
    if (!padding.hidden() || rows.stream().allMatch(row -> row.length == length)) {
      return Optional.empty();
    }
    long[] mask = new long[Math.multiplyExact(rows.size(), length * length)];
    for (int i = 0; i < rows.size() * length; i++) {
      int present = rows.get(i / length).length;
      int seen = causal ? Math.min(i % length + 1, present) : present;
      Arrays.fill(mask, i * length, i * length + seen, 1);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor flags = Tensor.of(mask, rows.size(), 1, length, length);
      return Optional.of(scope.keep(flags.to(DType.BOOL)));
    }
  }

  /** Records {@code input_ids} and {@code attention_mask}, [B, T]. */
  public void record() {
    long[] ids = new long[rows.size() * length];
    long[] mask = new long[rows.size() * length];
    for (int b = 0; b < rows.size(); b++) {
      int[] padded = padded(b);
      for (int i = 0; i < length; i++) {
        ids[b * length + i] = padded[i];
        mask[b * length + i] = i < rows.get(b).length ? 1 : 0;
      }
    }
    Trace.record("input_ids", ids, rows.size(), length);
    Trace.record("attention_mask", mask, rows.size(), length);
  }
}

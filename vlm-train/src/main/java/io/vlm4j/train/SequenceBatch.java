package io.vlm4j.train;

import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of text tokens with an image at the same place of each, and what is to be predicted where.
 *
 * @param tokens of each row without the image, filled up to the same length
 * @param imageAt how many tokens stand before the image
 * @param sequences positions, mask, and which positions predict; image included
 * @param targets the token that each predicting position should give, int64 [R]
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record SequenceBatch(int[][] tokens, int imageAt, BranchedSequences sequences, Tensor targets) {
  int rows() {
    return tokens.length;
  }

  /** All rows' tokens, one row after the other. */
  int[] flatTokens() {
    return IntStream.range(0, tokens.length).flatMap(row -> IntStream.of(tokens[row])).toArray();
  }

  /** Lays rows out for a number of positions that an image takes; 0 if it stands beside them. */
  @FunctionalInterface
  interface Layout {
    SequenceBatch of(int imageTokens);
  }

  static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}

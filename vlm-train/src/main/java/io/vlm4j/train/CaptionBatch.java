package io.vlm4j.train;

import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Captions of some images as rows of sequences: what stands before the captions once a row, then
 * each caption as a branch. The last position of the beginning predicts the first token of every
 * caption, and a caption's last token predicts the end.
 *
 * @param sequences positions, mask, and which positions predict
 * @param tokens the captions of each row, one after the other, filled up to the same length
 * @param targets the token that each predicting position should give, int64 [R]
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record CaptionBatch(BranchedSequences sequences, int[][] tokens, Tensor targets) {
  /**
   * Lays captions out.
   *
   * @param beginning positions before the captions
   * @param captions of each image
   * @param end the token that ends a caption
   * @return its tensors belong to the caller's scope
   */
  static CaptionBatch of(int beginning, List<List<int[]>> captions, int end) {
    List<List<Integer>> branches =
        captions.stream().map(row -> row.stream().map(one -> one.length).toList()).toList();
    int length = BranchedSequences.length(beginning, branches);
    List<Long> rows = new ArrayList<>();
    List<Long> targets = new ArrayList<>();
    int[][] tokens = new int[captions.size()][];
    for (int row = 0; row < tokens.length; row++) {
      long start = (long) row * length;
      tokens[row] = new int[length - beginning];
      int at = beginning;
      for (int[] caption : captions.get(row)) {
        for (int i = 0; i <= caption.length; i++) {
          rows.add(start + (i == 0 ? beginning - 1 : at + i - 1));
          targets.add((long) (i < caption.length ? caption[i] : end));
        }
        System.arraycopy(caption, 0, tokens[row], at - beginning, caption.length);
        at += caption.length;
      }
    }
    return new CaptionBatch(
        BranchedSequences.of(beginning, branches, longs(rows)),
        tokens,
        Tensor.of(longs(targets), targets.size()));
  }

  /** How many tokens the captions of a pass have, ends included. */
  static long count(List<Schedule.Example> examples) {
    return examples.stream()
        .flatMap(example -> example.captions().stream())
        .mapToLong(caption -> caption.length + 1L)
        .sum();
  }

  /** All rows' tokens, one row after the other. */
  int[] flatTokens() {
    return IntStream.range(0, tokens.length).flatMap(row -> IntStream.of(tokens[row])).toArray();
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}

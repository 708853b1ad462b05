package io.vlm4j.train;

import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Captions of some images as rows of sequences: the prompt with the image once a row, then each
 * caption as a branch. The prompt's last position predicts the first token of every caption, and a
 * caption's last token predicts the end.
 */
final class CaptionBatch {
  private CaptionBatch() {}

  /**
   * Lays captions out.
   *
   * @param imageTokens positions of an image
   * @param captions of each image
   * @param end the token that ends a caption
   * @return its tensors belong to the caller's scope
   */
  static SequenceBatch of(
      CaptionPrompt prompt, int imageTokens, List<List<int[]>> captions, int end) {
    int beginning = prompt.length() + imageTokens;
    List<List<Integer>> branches =
        captions.stream().map(row -> row.stream().map(one -> one.length).toList()).toList();
    int length = BranchedSequences.length(beginning, branches);
    List<Long> rows = new ArrayList<>();
    List<Long> targets = new ArrayList<>();
    int[][] tokens = new int[captions.size()][];
    for (int row = 0; row < tokens.length; row++) {
      long start = (long) row * length;
      tokens[row] = prompt.followedBy(length - beginning);
      int at = beginning;
      for (int[] caption : captions.get(row)) {
        for (int i = 0; i <= caption.length; i++) {
          rows.add(start + (i == 0 ? beginning - 1 : at + i - 1));
          targets.add((long) (i < caption.length ? caption[i] : end));
        }
        System.arraycopy(caption, 0, tokens[row], at - imageTokens, caption.length);
        at += caption.length;
      }
    }
    return new SequenceBatch(
        tokens,
        prompt.before().length,
        BranchedSequences.of(beginning, branches, SequenceBatch.longs(rows)),
        Tensor.of(SequenceBatch.longs(targets), targets.size()));
  }

  /** How many tokens captions have, ends included. */
  static long count(List<List<int[]>> captions) {
    return captions.stream().flatMap(List::stream).mapToLong(one -> one.length + 1L).sum();
  }
}

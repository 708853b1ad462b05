package io.vlm4j.train;

import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conversations as rows of sequences. */
final class InstructionBatch {
  private InstructionBatch() {}

  /**
   * Lays conversations out.
   *
   * @param conversations with their images at the same place
   * @param imageTokens positions of an image
   * @return its tensors belong to the caller's scope
   */
  static SequenceBatch of(List<Conversation> conversations, int imageTokens) {
    int longest = conversations.stream().mapToInt(one -> one.tokens().length).max().orElseThrow();
    int imageAt = conversations.get(0).imageAt();
    List<Long> rows = new ArrayList<>();
    List<Long> targets = new ArrayList<>();
    int[][] tokens = new int[conversations.size()][];
    for (int row = 0; row < tokens.length; row++) {
      Conversation one = conversations.get(row);
      tokens[row] = Arrays.copyOf(one.tokens(), longest);
      long start = (long) row * (longest + imageTokens);
      for (int i = 0; i < one.targets().length; i++) {
        if (one.targets()[i] != Conversation.NOTHING) {
          rows.add(start + i + (i < imageAt ? 0 : imageTokens));
          targets.add((long) one.targets()[i]);
        }
      }
    }
    List<List<Integer>> lengths =
        conversations.stream().map(one -> List.of(one.tokens().length + imageTokens)).toList();
    return new SequenceBatch(
        tokens,
        imageAt,
        BranchedSequences.of(0, lengths, SequenceBatch.longs(rows)),
        Tensor.of(SequenceBatch.longs(targets), targets.size()));
  }
}

package io.vlm4j.spi;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences that begin alike and then go on in several ways, each beginning computed once: a row is
 * [beginning | branch 1 | branch 2 | ...]. A position sees the beginning and its own branch up to
 * itself, and every branch counts its positions from the end of the beginning on. Shorter rows are
 * filled up with positions that nothing looks at.
 *
 * @param positions the place of each, int64 [B, T]
 * @param mask true where a position may look, boolean [B, 1, T, T]
 * @param rows which of the B T positions logits are wanted of, int64 [R]
 * @param longest one more than the largest place
 */
public record BranchedSequences(Tensor positions, Tensor mask, Tensor rows, int longest) {
  /**
   * Lays rows out.
   *
   * @param beginning positions of every beginning
   * @param branches for each row the lengths of its branches
   * @param rows positions whose logits are wanted, counted through all rows of length T
   * @return its tensors belong to the caller's scope
   */
  public static BranchedSequences of(int beginning, List<List<Integer>> branches, long... rows) {
    int length = length(beginning, branches);
    long[] places = new long[branches.size() * length];
    long[] owners = new long[places.length]; // 0 is the beginning, i a branch, -1 filling
    Arrays.fill(owners, -1);
    int longest = beginning;
    for (int row = 0; row < branches.size(); row++) {
      int at = row * length;
      for (int i = 0; i < beginning; i++, at++) {
        places[at] = i;
        owners[at] = 0;
      }
      for (int branch = 0; branch < branches.get(row).size(); branch++) {
        for (int i = 0; i < branches.get(row).get(branch); i++, at++) {
          places[at] = (long) beginning + i;
          owners[at] = branch + 1L;
          longest = Math.max(longest, beginning + i + 1);
        }
      }
    }
    Tensor mask =
        KernelLibrary.shared().call("branch_mask", Tensor.of(owners, branches.size(), length));
    return new BranchedSequences(
        Tensor.of(places, branches.size(), length), mask, Tensor.of(rows, rows.length), longest);
  }

  /** The length T of rows with these branches. */
  public static int length(int beginning, List<List<Integer>> branches) {
    return beginning
        + branches.stream()
            .mapToInt(row -> row.stream().mapToInt(Integer::intValue).sum())
            .max()
            .orElse(0);
  }
}

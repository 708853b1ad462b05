package io.vlm4j.data;

import io.vlm4j.error.InvalidOptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Work that takes several items at a time. */
public final class Batches {
  private Batches() {}

  /**
   * Cuts a list into parts, works on one after the other, and joins what comes out.
   *
   * @param size of a part, at least 1
   * @param work gives a result for each item, in order
   */
  public static <T, R> List<R> map(List<T> all, int size, Function<List<T>, List<R>> work) {
    if (size < 1) {
      throw new InvalidOptionException("the size of a batch is " + size + "; expected 1 or more");
    }
    List<R> results = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      results.addAll(work.apply(all.subList(from, Math.min(all.size(), from + size))));
    }
    return results;
  }
}

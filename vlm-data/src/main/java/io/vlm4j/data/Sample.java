package io.vlm4j.data;

import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Which part of a data set counts.
 *
 * @param every every n-th counts, from the first on
 * @param limit the most that count
 */
public record Sample(int every, int limit) {
  /** Everything. */
  public static final Sample ALL = new Sample(1, Integer.MAX_VALUE);

  /** Checks the numbers. */
  public Sample {
    if (every < 1 || limit < 1) {
      throw new InvalidOptionException(
          "every is " + every + " and limit is " + limit + "; expected 1 or more");
    }
  }

  /** The part of a list. */
  public <T> List<T> of(List<T> all) {
    List<T> part = new ArrayList<>();
    for (int i = 0; i < all.size() && part.size() < limit; i += every) {
      part.add(all.get(i));
    }
    return part;
  }

  /**
   * The same in another order, in which nothing stays where it was: what a model gets that answers
   * without looking. Always the same order.
   *
   * @throws InvalidDataException if there are not two
   */
  public static <T> List<T> deranged(List<T> all) {
    if (all.size() < 2) {
      throw new InvalidDataException("one alone cannot be exchanged with others; give at least 2");
    }
    List<T> deranged = new ArrayList<>(all);
    Random random = new Random(0);
    for (int i = all.size() - 1; i > 0; i--) { // Sattolo's algorithm: one cycle through all
      int other = random.nextInt(i);
      T kept = deranged.set(i, deranged.get(other));
      deranged.set(other, kept);
    }
    return deranged;
  }
}

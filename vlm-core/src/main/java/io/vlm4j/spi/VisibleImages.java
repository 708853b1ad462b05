package io.vlm4j.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which image the token at each position of a sequence attends to: the most recent one before it,
 * as Flamingo has it. Positions after the last change see what the last one sees. Immutable.
 */
public final class VisibleImages {
  /** No image. */
  public static final int NONE = -1;

  /** No position sees any image. */
  public static final VisibleImages NOWHERE = new VisibleImages(Map.of());

  private final NavigableMap<Integer, Integer> imageFrom;

  /**
   * @param imageFrom for positions where the view changes: which of the prompt's images is seen
   *     from there on, or {@link #NONE}
   */
  public VisibleImages(Map<Integer, Integer> imageFrom) {
    this.imageFrom = Collections.unmodifiableNavigableMap(new TreeMap<>(imageFrom));
  }

  /** The image that a position sees, or {@link #NONE}. */
  public int at(int position) {
    Map.Entry<Integer, Integer> last = imageFrom.floorEntry(position);
    return last == null ? NONE : last.getValue();
  }

  /**
   * The stretches of one view among some positions.
   *
   * @param start the first position
   * @param length number of positions
   */
  public List<Run> runs(int start, int length) {
    List<Run> runs = new ArrayList<>();
    int end = start + length;
    for (int from = start; from < end; ) {
      Integer change = imageFrom.higherKey(from);
      int to = change == null ? end : Math.min(change, end);
      runs.add(new Run(from - start, to - from, at(from)));
      from = to;
    }
    return runs;
  }

  /**
   * Positions that see the same.
   *
   * @param start the first, counted from the start of the stretch that was asked for
   * @param length how many
   * @param image what they see, or {@link #NONE}
   */
  public record Run(int start, int length, int image) {}
}

package io.vlm4j.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Boxes with scores and groups (classes, or levels of a pyramid), and which of them remain after
 * non-maximum suppression.
 */
public final class BoxList {
  /** Above so many coordinates the reference compares the boxes as they are. */
  private static final int MOST_SHIFTED = 4000;

  private final List<Entry> entries = new ArrayList<>();

  /**
   * One box.
   *
   * @param source whatever the caller knows it by
   * @param group boxes of different groups do not suppress each other
   * @param score the better one remains
   */
  public record Entry(
      int source, int group, float score, float xMin, float yMin, float xMax, float yMax) {
    /** With the corners that stand at a place of an array. */
    public static Entry of(int source, int group, float score, float[] corners, int at) {
      return new Entry(
          source, group, score, corners[at], corners[at + 1], corners[at + 2], corners[at + 3]);
    }

    /** True if both sides are at least so long. */
    public boolean isAtLeast(double side) {
      return xMax - xMin >= (float) side && yMax - yMin >= (float) side;
    }

    /** The box as far as it lies within a picture. */
    public Entry within(int width, int height) {
      return new Entry(
          source,
          group,
          score,
          Math.min(Math.max(xMin, 0), width),
          Math.min(Math.max(yMin, 0), height),
          Math.min(Math.max(xMax, 0), width),
          Math.min(Math.max(yMax, 0), height));
    }

    /** True if all numbers are finite. */
    public boolean isFinite() {
      return Float.isFinite(score)
          && Float.isFinite(xMin)
          && Float.isFinite(yMin)
          && Float.isFinite(xMax)
          && Float.isFinite(yMax);
    }
  }

  /** Appends a box. */
  public void add(Entry entry) {
    entries.add(entry);
  }

  /**
   * The best boxes of each group, the best first. Of two boxes of a group that overlap more than
   * allowed the worse one goes. As in torchvision, few boxes are compared after each group was
   * shifted to a place of its own, whose rounding decides ties.
   *
   * @param overlap intersection over union; 1 keeps all
   * @param most how many to keep at most
   */
  public List<Entry> distinct(double overlap, int most) {
    int count = entries.size();
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -entries.get(i).score()))
            .mapToInt(i -> i)
            .toArray();
    float[][] corners = corners();
    int groups = entries.stream().mapToInt(Entry::group).max().orElse(-1) + 1;
    int[] lastKept = new int[groups];
    int[] keptBefore = new int[count];
    Arrays.fill(lastKept, -1);
    List<Entry> kept = new ArrayList<>();
    for (int i : order) {
      if (kept.size() >= most) {
        break;
      }
      int group = entries.get(i).group();
      int other = overlap < 1 ? lastKept[group] : -1;
      while (other >= 0 && !(overlap(corners[other], corners[i]) > overlap)) {
        other = keptBefore[other];
      }
      if (other < 0) {
        keptBefore[i] = lastKept[group];
        lastKept[group] = i;
        kept.add(entries.get(i));
      }
    }
    return kept;
  }

  private float[][] corners() {
    float largest = Float.NEGATIVE_INFINITY;
    for (Entry e : entries) {
      largest = Math.max(largest, Math.max(Math.max(e.xMin, e.yMin), Math.max(e.xMax, e.yMax)));
    }
    boolean shifted = 4 * entries.size() <= MOST_SHIFTED;
    float[][] corners = new float[entries.size()][];
    for (int i = 0; i < corners.length; i++) {
      Entry e = entries.get(i);
      float shift = shifted ? e.group * (largest + 1) : 0;
      corners[i] = new float[] {e.xMin + shift, e.yMin + shift, e.xMax + shift, e.yMax + shift};
    }
    return corners;
  }

  private static float overlap(float[] a, float[] b) {
    float width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    float height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    float shared = width * height;
    return shared / (area(a) + area(b) - shared);
  }

  private static float area(float[] box) {
    return (box[2] - box[0]) * (box[3] - box[1]);
  }
}

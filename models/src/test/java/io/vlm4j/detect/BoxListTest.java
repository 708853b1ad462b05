package io.vlm4j.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which boxes remain after non-maximum suppression. */
class BoxListTest {
  @Test
  void theBetterOfTwoThatOverlapRemains() {
    BoxList boxes = new BoxList();
    boxes.add(box(0, 1, 0.8f, 0, 0, 10, 10));
    boxes.add(box(1, 1, 0.9f, 1, 0, 11, 10)); // 9/11 of both
    boxes.add(box(2, 1, 0.7f, 20, 0, 30, 10));
    assertEquals(List.of(1, 2), sources(boxes, 0.8, 10));
    assertEquals(List.of(1, 0, 2), sources(boxes, 0.82, 10));
    assertEquals(List.of(1, 0), sources(boxes, 1, 2));
  }

  @Test
  void groupsDoNotSuppressEachOther() {
    BoxList boxes = new BoxList();
    boxes.add(box(0, 1, 0.8f, 0, 0, 10, 10));
    boxes.add(box(1, 2, 0.9f, 0, 0, 10, 10));
    assertEquals(List.of(1, 0), sources(boxes, 0.5, 10));
  }

  @Test
  void equalScoresKeepTheirOrderAndNothingRemainsOfNothing() {
    BoxList boxes = new BoxList();
    assertEquals(List.of(), sources(boxes, 0.5, 10));
    boxes.add(box(0, 0, 0.5f, 0, 0, 10, 10));
    boxes.add(box(1, 0, 0.5f, 0, 0, 10, 10));
    assertEquals(List.of(0), sources(boxes, 0.5, 10));
  }

  /** Many boxes are compared as they are, few after a shift; both must agree on clear cases. */
  @Test
  void noTwoThatRemainOverlapTooMuch() {
    for (int count : new int[] {300, 2000}) {
      BoxList boxes = new BoxList();
      Random random = new Random(count);
      for (int i = 0; i < count; i++) {
        float x = 100 * random.nextFloat();
        float y = 100 * random.nextFloat();
        boxes.add(box(i, i % 3, random.nextFloat(), x, y, x + 20, y + 20));
      }
      List<BoxList.Entry> kept = boxes.distinct(0.3, count);
      assertTrue(kept.size() > 10 && kept.size() < count);
      for (int i = 0; i < kept.size(); i++) {
        for (int j = 0; j < i; j++) {
          BoxList.Entry a = kept.get(i);
          BoxList.Entry b = kept.get(j);
          assertTrue(a.score() <= b.score());
          assertTrue(a.group() != b.group() || overlap(a, b) < 0.301);
        }
      }
    }
  }

  private static double overlap(BoxList.Entry a, BoxList.Entry b) {
    double width = Math.max(0, Math.min(a.xMax(), b.xMax()) - Math.max(a.xMin(), b.xMin()));
    double height = Math.max(0, Math.min(a.yMax(), b.yMax()) - Math.max(a.yMin(), b.yMin()));
    return width * height / (800 - width * height);
  }

  private static List<Integer> sources(BoxList boxes, double overlap, int most) {
    return boxes.distinct(overlap, most).stream().map(BoxList.Entry::source).toList();
  }

  private static BoxList.Entry box(
      int source, int group, float score, float xMin, float yMin, float xMax, float yMax) {
    return new BoxList.Entry(source, group, score, xMin, yMin, xMax, yMax);
  }
}

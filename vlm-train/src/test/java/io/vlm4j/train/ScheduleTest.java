package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which images come when, and how captions and learning rates look. */
class ScheduleTest {
  private static final int IMAGES = 12;

  @Test
  void eachEpochSeesEachImageOnceAndInAnotherOrder() {
    TrainingOptions options = new TrainingOptions(8, 2, 3, 0.1, 0, 0, 0, 9);
    Schedule schedule = new Schedule(options, 1, captions());
    List<Integer> first = images(schedule, 0, 2);
    List<Integer> second = images(schedule, 2, 4);
    assertEquals(IntStream.range(0, IMAGES).boxed().toList(), first.stream().sorted().toList());
    assertEquals(first.stream().sorted().toList(), second.stream().sorted().toList());
    assertNotEquals(first, second);
    assertEquals(first, images(new Schedule(options, 1, captions()), 0, 2));
  }

  @Test
  void theLearningRateGrowsThenFalls() {
    TrainingOptions options = new TrainingOptions(10, 1, 1, 0.1, 2, 0, 0, 1);
    assertEquals(0.05, options.learningRate(0), 1e-12);
    assertEquals(0.1, options.learningRate(1), 1e-12);
    assertEquals(0.1, options.learningRate(2), 1e-12);
    assertEquals(0.05, options.learningRate(6), 1e-12);
    assertEquals(0.1 * 0.5 * (1 + Math.cos(Math.PI * 7 / 8)), options.learningRate(9), 1e-12);
  }

  @Test
  void captionsBecomeSentences() {
    assertEquals("A dog runs.", CaptionFile.tidied("a dog  runs ."));
    assertEquals("Two dogs, one cat.", CaptionFile.tidied(" Two dogs , one cat"));
    assertEquals("Why?", CaptionFile.tidied("why ?"));
  }

  private static List<Integer> images(Schedule schedule, int from, int to) {
    return IntStream.range(from, to)
        .boxed()
        .flatMap(step -> schedule.step(step).stream().flatMap(List::stream))
        .map(Schedule.Example::image)
        .toList();
  }

  private static List<List<int[]>> captions() {
    return IntStream.range(0, IMAGES)
        .mapToObj(i -> List.of(new int[] {i}, new int[] {i + 1}, new int[] {i + 2}))
        .toList();
  }
}

package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void topEqualsAStableSort() {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      float[] values = new float[1 + random.nextInt(200)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(3) == 0 ? random.nextInt(5) - 2 : random.nextFloat() - 0.5f;
      }
      int[] sorted =
          IntStream.range(0, values.length)
              .boxed()
              .sorted(Comparator.comparing(i -> -values[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      int k = random.nextInt(values.length + 5);
      int[] expected = IntStream.of(sorted).limit(k).toArray();
      assertArrayEquals(expected, Ranking.top(values, k));
      assertEquals(sorted[0], Ranking.argmax(values));
    }
  }

  @Test
  void infinitiesAndSignedZerosHaveTheirPlace() {
    float[] values = {-0f, 0f, Float.NEGATIVE_INFINITY, -1, Float.POSITIVE_INFINITY, -0f};
    assertArrayEquals(new int[] {4, 0, 1, 5, 3, 2}, Ranking.top(values, 9));
    assertArrayEquals(new int[] {3, 0, 1, 5, 4}, Ranking.ascending(values));
  }
}

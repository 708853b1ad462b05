package io.vlm4j.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regions cut out of maps, against the definition written out sample by sample. */
@ExtendWith(LeakCheck.class)
class RoiAlignTest {
  private static final int CHANNELS = 3;
  private static final double[] SCALES = {0.25, 0.125};
  private static final int[][] SIZES = {{12, 16}, {6, 8}};

  @ParameterizedTest
  @CsvSource({
    "7, 7, 2, false",
    "5, 3, 0, false",
    "4, 4, 0, true",
    "2, 6, 3, true",
    "1, 1, 1, true"
  })
  void binsAreMeansOfBilinearSamples(int rows, int columns, int samples, boolean aligned) {
    float[][] maps = {random(2 * CHANNELS * 12 * 16), random(2 * CHANNELS * 6 * 8)};
    List<RoiAlign.Region> regions =
        List.of(
            new RoiAlign.Region(0, 0, 3.3f, 5.1f, 40.7f, 29.9f),
            new RoiAlign.Region(1, 1, 0, 0, 64, 48),
            new RoiAlign.Region(1, 0, 60.2f, 40, 63.9f, 47.9f),
            new RoiAlign.Region(0, 1, 10, 10, 10.1f, 10.1f),
            new RoiAlign.Region(1, 1, -20, 30, 90, 70));
    RoiAlign align = new RoiAlign(rows, columns, samples, aligned);
    try (TensorScope scope = TensorScope.open()) {
      RoiAlign.Pyramid pyramid = new RoiAlign.Pyramid(List.of(map(maps, 0), map(maps, 1)), SCALES);
      float[] actual = align.forward(pyramid, regions).toFloats();
      int size = CHANNELS * rows * columns;
      for (int i = 0; i < regions.size(); i++) {
        float[] found = new float[size];
        System.arraycopy(actual, i * size, found, 0, size);
        assertArrayEquals(expected(align, maps, regions.get(i)), found, 1e-4f, "region " + i);
      }
    }
  }

  @Test
  void noRegionsMakeNoGrids() {
    float[][] maps = {random(2 * CHANNELS * 12 * 16), random(2 * CHANNELS * 6 * 8)};
    try (TensorScope scope = TensorScope.open()) {
      RoiAlign.Pyramid pyramid = new RoiAlign.Pyramid(List.of(map(maps, 0), map(maps, 1)), SCALES);
      Tensor none = new RoiAlign(7, 7, 2, false).forward(pyramid, List.of());
      assertArrayEquals(new long[] {0, CHANNELS, 7, 7}, none.shape());
      assertEquals(0, none.toFloats().length);
    }
  }

  private static Tensor map(float[][] maps, int level) {
    return Tensor.of(maps[level], 2, CHANNELS, SIZES[level][0], SIZES[level][1]);
  }

  private static float[] expected(RoiAlign align, float[][] maps, RoiAlign.Region region) {
    double scale = SCALES[region.level()];
    double offset = align.aligned() ? 0.5 : 0;
    double x = region.xMin() * scale - offset;
    double y = region.yMin() * scale - offset;
    double width = (region.xMax() - region.xMin()) * scale;
    double height = (region.yMax() - region.yMin()) * scale;
    if (!align.aligned()) {
      width = Math.max(1, width);
      height = Math.max(1, height);
    }
    double binWidth = width / align.columns();
    double binHeight = height / align.rows();
    int across = align.samples() > 0 ? align.samples() : (int) Math.ceil(binWidth);
    int down = align.samples() > 0 ? align.samples() : (int) Math.ceil(binHeight);
    float[] grid = new float[CHANNELS * align.rows() * align.columns()];
    for (int i = 0; i < grid.length; i++) {
      int column = i % align.columns();
      int row = i / align.columns() % align.rows();
      int channel = i / (align.columns() * align.rows());
      double sum = 0;
      for (int s = 0; s < across * down; s++) {
        int line = s / across;
        int place = s % across;
        double sampleX = x + binWidth * (column + (place + 0.5) / across);
        double sampleY = y + binHeight * (row + (line + 0.5) / down);
        sum += sample(maps[region.level()], region, channel, sampleX, sampleY);
      }
      grid[i] = (float) (sum / Math.max(1, across * down));
    }
    return grid;
  }

  private static double sample(
      float[] map, RoiAlign.Region region, int channel, double x, double y) {
    int height = SIZES[region.level()][0];
    int width = SIZES[region.level()][1];
    if (x < -1 || y < -1 || x > width || y > height) {
      return 0;
    }
    double column = Math.min(Math.max(x, 0), width - 1);
    double row = Math.min(Math.max(y, 0), height - 1);
    double sum = 0;
    for (int dy = 0; dy < 2; dy++) {
      for (int dx = 0; dx < 2; dx++) {
        int atX = Math.min((int) column + dx, width - 1);
        int atY = Math.min((int) row + dy, height - 1);
        double shareX = dx == 0 ? 1 - (column - (int) column) : column - (int) column;
        double shareY = dy == 0 ? 1 - (row - (int) row) : row - (int) row;
        int plane = region.image() * CHANNELS + channel;
        sum += shareX * shareY * map[(plane * height + atY) * width + atX];
      }
    }
    return sum;
  }

  private static float[] random(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

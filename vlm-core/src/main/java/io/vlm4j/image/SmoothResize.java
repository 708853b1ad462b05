package io.vlm4j.image;

/**
 * Resizing as scikit-image does it: a Gaussian against aliasing, then linear interpolation between
 * the centres of pixels; at its edges a picture is mirrored. Both are linear and work on rows and
 * columns alike, so each place of the result is one weighted sum of a row, and then of a column.
 */
final class SmoothResize {
  /** The Gaussian ends at so many standard deviations. */
  private static final double TRUNCATION = 4;

  private SmoothResize() {}

  /** [height, width] to [newHeight, newWidth]. */
  static float[] apply(float[] plane, int width, int height, int newWidth, int newHeight) {
    Taps rows = Taps.of(width, newWidth);
    Taps columns = Taps.of(height, newHeight);
    float[] narrow = new float[newWidth * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        narrow[y * newWidth + x] = rows.sum(x, plane, y * width, 1);
      }
    }
    float[] resized = new float[newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        resized[y * newWidth + x] = columns.sum(y, narrow, x, newWidth);
      }
    }
    return resized;
  }

  /**
   * For each place of the result, which places of a line count how much.
   *
   * @param places [outputs][taps]
   * @param weights [outputs][taps]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int[][] places, double[][] weights) {
    static Taps of(int inputs, int outputs) {
      double factor = (double) inputs / outputs;
      double[] gaussian = gaussian(Math.max(0, (factor - 1) / 2));
      int radius = gaussian.length / 2;
      int[][] places = new int[outputs][gaussian.length + 1];
      double[][] weights = new double[outputs][gaussian.length + 1];
      for (int i = 0; i < outputs; i++) {
        double centre = mirrored((i + 0.5) * factor - 0.5, inputs);
        int left = (int) Math.floor(centre);
        double share = centre - left;
        for (int t = 0; t <= gaussian.length; t++) {
          places[i][t] = mirrored(left - radius + t, inputs);
          weights[i][t] =
              (t < gaussian.length ? (1 - share) * gaussian[t] : 0)
                  + (t > 0 ? share * gaussian[t - 1] : 0);
        }
      }
      return new Taps(places, weights);
    }

    float sum(int output, float[] values, int start, int stride) {
      double sum = 0;
      int[] at = places[output];
      double[] weight = weights[output];
      for (int t = 0; t < at.length; t++) {
        sum += weight[t] * values[start + at[t] * stride];
      }
      return (float) sum;
    }
  }

  /** Sums to 1; a single 1 for no deviation. */
  private static double[] gaussian(double deviation) {
    int radius = (int) (TRUNCATION * deviation + 0.5);
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      weights[i + radius] = radius == 0 ? 1 : Math.exp(-0.5 * i * i / (deviation * deviation));
      sum += weights[i + radius];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** A place outside of a line, mirrored at the centres of its first and last pixel. */
  private static double mirrored(double place, int length) {
    if (length == 1) {
      return 0;
    }
    double period = 2.0 * (length - 1);
    double folded = Math.abs(place) % period;
    return folded > length - 1 ? period - folded : folded;
  }

  private static int mirrored(int place, int length) {
    return (int) mirrored((double) place, length);
  }
}

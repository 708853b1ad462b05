package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;

/**
 * The weights of a one-dimensional resize, in fixed point as in Pillow: for each output position
 * the first input position that counts, how many count, and their weights.
 *
 * @param first [outputs] first input position
 * @param count [outputs] number of input positions
 * @param weights [outputs, taps] weights in units of {@code 2^-PRECISION_BITS}
 * @param taps row length of {@code weights}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ResizeKernel(int[] first, int[] count, int[] weights, int taps) {
  /** 32 bits, less 8 for the sample and 2 for sums that overshoot. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  /** Half a unit of the result, for rounding. */
  static final int HALF = 1 << (PRECISION_BITS - 1);

  /** Far above what pictures need; a side of 100 million pixels would need gigabytes. */
  private static final int MAX_WEIGHTS = 1 << 26;

  static ResizeKernel of(int inputs, int outputs, Resampling resampling) {
    double scale = (double) inputs / outputs;
    double filterScale = Math.max(1, scale);
    double support = resampling.support() * filterScale;
    int taps = (int) Math.ceil(support) * 2 + 1;
    if ((long) outputs * taps > MAX_WEIGHTS) {
      throw new InvalidImageException(
          "a side of %d pixels cannot be resized to %d; the picture is too long and thin"
              .formatted(inputs, outputs));
    }

    int[] first = new int[outputs];
    int[] count = new int[outputs];
    int[] weights = new int[outputs * taps];
    double[] exact = new double[taps];
    for (int i = 0; i < outputs; i++) {
      double center = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (center - support + 0.5));
      count[i] = Math.min(inputs, (int) (center + support + 0.5)) - first[i];
      double sum = 0;
      for (int t = 0; t < count[i]; t++) {
        exact[t] = resampling.weight((t + first[i] - center + 0.5) * (1 / filterScale));
        sum += exact[t];
      }
      for (int t = 0; t < count[i]; t++) {
        weights[i * taps + t] = fixedPoint(sum == 0 ? exact[t] : exact[t] / sum);
      }
    }
    return new ResizeKernel(first, count, weights, taps);
  }

  private static int fixedPoint(double weight) {
    double scaled = weight * (1 << PRECISION_BITS);
    return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** A weighted sum as a sample, held within 0 and 255. */
  static byte toSample(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }
}

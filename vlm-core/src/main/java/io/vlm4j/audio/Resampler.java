package io.vlm4j.audio;

import java.math.BigInteger;

/**
 * Changes the sample rate by a sinc filter under a Hann window, as {@code
 * torchaudio.functional.resample} does with its default arguments.
 *
 * @see <a href="https://ccrma.stanford.edu/~jos/resample/">Digital audio resampling</a>
 */
final class Resampler {
  /** Zero crossings of the filter on either side. */
  private static final int ZERO_CROSSINGS = 6;

  /** Cut-off, as a share of the highest frequency that both rates have. */
  private static final double ROLL_OFF = 0.99;

  private final int from;
  private final int to;

  /** Rates in any unit; only their ratio counts. */
  Resampler(int from, int to) {
    int divisor = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValueExact();
    this.from = from / divisor;
    this.to = to / divisor;
  }

  float[] resample(float... samples) {
    long length = ((long) samples.length * to + from - 1) / from;
    Audio.requireLength(length);
    float[] resampled = new float[(int) length];
    for (int phase = 0; phase < Math.min(to, length); phase++) {
      resample(samples, phase, resampled);
    }
    return resampled;
  }

  /**
   * Every {@code to}-th sample of the output: those that lie alike between samples of the input.
   */
  private void resample(float[] samples, int phase, float[] resampled) {
    double place = (double) phase * from / to;
    double cutoff = Math.min(from, to) * ROLL_OFF / from;
    double reach = ZERO_CROSSINGS / cutoff; // of the filter, in samples of the input
    int first = (int) Math.ceil(place - reach);
    double[] weights = new double[(int) Math.floor(place + reach) - first + 1];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = filter((first + k - place) * cutoff) * cutoff;
    }
    for (long i = phase; i < resampled.length; i += to) {
      long start = i / to * from + first;
      int begin = (int) Math.max(0, -start);
      int end = (int) Math.min(weights.length, samples.length - start);
      double sum = 0;
      for (int k = begin; k < end; k++) {
        sum += samples[(int) start + k] * weights[k];
      }
      resampled[(int) i] = (float) sum;
    }
  }

  /** sinc(t) under the window, t in zero crossings. */
  private static double filter(double t) {
    double window = Math.cos(t * Math.PI / ZERO_CROSSINGS / 2);
    double sinc = t == 0 ? 1 : Math.sin(t * Math.PI) / (t * Math.PI);
    return sinc * window * window;
  }
}

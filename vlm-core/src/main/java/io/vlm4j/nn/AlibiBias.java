package io.vlm4j.nn;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;

/**
 * A bias on the scores that falls in proportion to the distance, at a slope of its own for each
 * head.
 *
 * @see <a href="https://arxiv.org/abs/2108.12409">Train short, test long: attention with linear
 *     biases</a>
 */
public final class AlibiBias {
  /** The exponent of the last slope, in the paper and in Falcon. */
  private static final double USUAL_MAXIMUM = 8;

  private final Tensor slopes;
  private final boolean rounded;
  private final double factor;

  private AlibiBias(Tensor slopes, boolean rounded, double factor) {
    this.slopes = slopes;
    this.rounded = rounded;
    this.factor = factor;
  }

  /**
   * The biases in float32.
   *
   * @param maximum the last head's slope is 2^-maximum
   */
  public static AlibiBias of(int heads, double maximum, Device device) {
    return new AlibiBias(slopes(heads, maximum, device), false, 1);
  }

  /**
   * The biases as Falcon has them: products of bfloat16 numbers, times a factor.
   *
   * @param factor that of the scores
   */
  public static AlibiBias rounded(int heads, double factor, Device device) {
    return new AlibiBias(slopes(heads, USUAL_MAXIMUM, device), true, factor);
  }

  /**
   * Biases of {@code count} positions from {@code start} on; the lowest number where they may not
   * look. Float32 [1, heads, count, start + count].
   */
  public Tensor causal(int start, int count) {
    return KernelLibrary.shared().call("alibi_bias", slopes, start, count, rounded, factor);
  }

  /** Slopes 2^(-maximum i / n), i = 1..n. */
  private static Tensor slopes(int heads, double maximum, Device device) {
    float[] values = new float[heads];
    int powerOfTwo = Integer.highestOneBit(heads);
    for (int i = 0; i < heads; i++) {
      // The heads beyond a power of two have slopes halfway between those before them.
      double step = i < powerOfTwo ? i + 1 : i - powerOfTwo + 0.5;
      values[i] = (float) Math.pow(2, -maximum * step / powerOfTwo);
    }
    return Tensor.of(values, heads).to(device);
  }
}

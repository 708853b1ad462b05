package io.vlm4j.image;

import io.vlm4j.error.InvalidOptionException;
import java.util.Arrays;

/**
 * The filters of Pillow's {@code Image.resize}, in the order of their codes.
 *
 * <p>When a picture shrinks, the filter widens with it (antialiasing).
 */
public enum Resampling {
  /** The nearest pixel. */
  NEAREST(0, 0),
  /** Windowed sinc over three lobes. */
  LANCZOS(1, 3),
  /** A triangle. */
  BILINEAR(2, 1),
  /** Keys' cubic with {@code a = -0.5}. */
  BICUBIC(3, 2),
  /** The mean of the pixels that an output pixel covers. */
  BOX(4, 0.5),
  /** A sinc of one lobe in a Hamming window. */
  HAMMING(5, 1);

  private static final double CUBIC_A = -0.5;
  // The constants of this window are single precision in the reference.
  private static final double HAMMING_OFFSET = 0.54f;
  private static final double HAMMING_SCALE = 0.46f;

  private final int code;
  private final double support;

  Resampling(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /**
   * The filter that a configuration file means by {@code "resample": code}.
   *
   * @throws InvalidOptionException if the code is not between 0 and 5
   */
  public static Resampling of(int code) {
    return Arrays.stream(values())
        .filter(resampling -> resampling.code == code)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidOptionException(
                    "resample is %d; expected 0 to 5 (%s)"
                        .formatted(code, Arrays.toString(values()))));
  }

  /** The number that configuration files use for this filter. */
  public int code() {
    return code;
  }

  /** Half the width of the filter, in input pixels when the picture grows. */
  double support() {
    return support;
  }

  /** The filter's weight at a distance from its centre. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case NEAREST -> throw new IllegalStateException("NEAREST has no weights");
      case LANCZOS -> distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case BICUBIC -> cubic(x);
      case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case HAMMING ->
          x == 0
              ? 1
              : x < 1 ? sinc(x) * (HAMMING_OFFSET + HAMMING_SCALE * Math.cos(x * Math.PI)) : 0;
    };
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((CUBIC_A + 2) * x - (CUBIC_A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC_A : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}

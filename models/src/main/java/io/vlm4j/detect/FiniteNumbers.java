package io.vlm4j.detect;

import io.vlm4j.error.InvalidModelException;

/** Checks what detectors compute before it is compared, which numbers that are none survive. */
public final class FiniteNumbers {
  private FiniteNumbers() {}

  /**
   * The same values.
   *
   * @throws InvalidModelException if one is not finite
   */
  public static float[] require(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw missing();
      }
    }
    return values;
  }

  /**
   * The same box.
   *
   * @throws InvalidModelException if its score or a corner is not finite
   */
  public static BoxList.Entry require(BoxList.Entry box) {
    if (!box.isFinite()) {
      throw missing();
    }
    return box;
  }

  /** An error that says what is wrong. */
  public static InvalidModelException missing() {
    return new InvalidModelException(
        "the detector's scores or boxes are not numbers (NaN): its weights are damaged, or its"
            + " precision is too low; try fp32");
  }
}

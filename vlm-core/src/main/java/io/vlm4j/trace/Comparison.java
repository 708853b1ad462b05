package io.vlm4j.trace;

import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;

/**
 * One tensor against the reference's: a difference of 1e-3 of an element, and of 1e-4 of the
 * largest element (at least of 1), is allowed. Whole numbers must be equal. Dimensions of length 1
 * do not count, as references differ in whether they have one for a batch of a single sequence.
 *
 * @param name the tensor
 * @param status how it compares
 * @param error the largest absolute difference
 * @param allowed what would have been allowed there
 */
public record Comparison(String name, Status status, double error, double allowed) {
  /** How a tensor compares. */
  public enum Status {
    /** Within what is allowed. */
    EQUAL,
    /** Beyond it, or of another shape. */
    DIFFERENT,
    /** The reference has it, and this library does not compute it. */
    MISSING
  }

  /** Of a tensor that this library does not compute. */
  public static Comparison missing(String name) {
    return new Comparison(name, Status.MISSING, Double.NaN, 0);
  }

  /**
   * Compares all elements.
   *
   * @param reference of any type
   * @param tolerance an absolute difference that is allowed in any case
   */
  public static Comparison of(
      String name, Tensor reference, Trace.Recorded actual, double tolerance) {
    if (!Arrays.equals(withoutOnes(reference.shape()), withoutOnes(actual.shape()))) {
      return new Comparison(name, Status.DIFFERENT, Double.POSITIVE_INFINITY, 0);
    }
    try (TensorScope scope = TensorScope.open()) {
      return reference.dtype().isFloatingPoint()
          ? floats(name, reference.toFloats(), asFloats(actual), tolerance)
          : integers(name, reference.to(DType.INT64).toLongs(), asLongs(actual));
    }
  }

  /** References store masks as real or whole numbers. */
  private static float[] asFloats(Trace.Recorded recorded) {
    return recorded.floats() == null ? recorded.toTensor().toFloats() : recorded.floats();
  }

  private static long[] asLongs(Trace.Recorded recorded) {
    return recorded.longs() == null
        ? recorded.toTensor().to(DType.INT64).toLongs()
        : recorded.longs();
  }

  private static long[] withoutOnes(long[] shape) {
    return Arrays.stream(shape).filter(length -> length != 1).toArray();
  }

  private static Comparison integers(String name, long[] expected, long[] actual) {
    long worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return new Comparison(name, worst == 0 ? Status.EQUAL : Status.DIFFERENT, worst, 0);
  }

  private static Comparison floats(
      String name, float[] expected, float[] actual, double tolerance) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double base = Math.max(tolerance, 1e-4 * Math.max(1, largest));
    double worst = 0;
    double worstAllowed = base;
    boolean equal = true;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      double allowed = base + 1e-3 * Math.abs(expected[i]);
      equal &= error <= allowed; // a NaN is unequal
      if (!(error <= worst)) {
        worst = error;
        worstAllowed = allowed;
      }
    }
    return new Comparison(name, equal ? Status.EQUAL : Status.DIFFERENT, worst, worstAllowed);
  }
}

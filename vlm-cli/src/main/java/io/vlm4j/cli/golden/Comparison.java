package io.vlm4j.cli.golden;

import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import java.util.Arrays;

/**
 * One tensor against the reference's.
 *
 * @param name the tensor
 * @param status how it compares
 * @param error the largest absolute difference
 * @param allowed what would have been allowed there
 */
record Comparison(String name, Status status, double error, double allowed) {
  /** How a tensor compares. */
  enum Status {
    EQUAL,
    DIFFERENT,
    /** The reference has it, and this library does not compute it. */
    MISSING
  }

  private static final double LEVEL = 1 / 255.0;
  private static final double SMALLEST_STD = 0.2;

  static Comparison of(String name, SafetensorsFile reference, Trace.Recorded actual) {
    if (actual == null) {
      return new Comparison(name, Status.MISSING, Double.NaN, 0);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor expected = reference.load(name);
      if (!Arrays.equals(expected.shape(), actual.shape())) {
        return new Comparison(name, Status.DIFFERENT, Double.POSITIVE_INFINITY, 0);
      }
      return expected.dtype().isFloatingPoint()
          ? floats(name, expected.toFloats(), actual.floats())
          : integers(name, expected.to(DType.INT64).toLongs(), actual.longs());
    }
  }

  private static Comparison integers(String name, long[] expected, long[] actual) {
    long worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return new Comparison(name, worst == 0 ? Status.EQUAL : Status.DIFFERENT, worst, 0);
  }

  private static Comparison floats(String name, float[] expected, float[] actual) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double base =
        name.startsWith("pixel_values") ? LEVEL / SMALLEST_STD : 1e-4 * Math.max(1, largest);
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

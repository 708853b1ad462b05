package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Compares gradients with those of a reference. */
final class Gradients {
  private static final double TOLERANCE = 1e-4;
  private static final double SMALL = 1e-4;

  private Gradients() {}

  /** Loss and gradients against those of a reference, by the parameters' names. */
  static void requireClose(
      double loss, Map<String, Tensor> expected, Parameters parameters, Pass.Result result) {
    assertEquals(loss, result.loss(), TOLERANCE * loss);
    List<String> names = List.copyOf(parameters.byName().keySet());
    assertEquals(List.copyOf(expected.keySet()), names);
    for (int i = 0; i < names.size(); i++) {
      requireClose(names.get(i), expected.get(names.get(i)), result.gradients().get(i));
    }
  }

  /**
   * Relative to the largest number of the tensor. A key's bias changes no softmax, so its gradient
   * is rounding alone.
   */
  private static void requireClose(String name, Tensor expected, Tensor actual) {
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    assertArrayEquals(expected.shape(), actual.shape(), name);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      worst = Math.max(worst, Math.abs(wanted[i] - found[i]));
    }
    String message = name + ": error " + worst + ", largest gradient " + largest;
    assertTrue(worst <= TOLERANCE * Math.max(largest, SMALL), message);
  }

  /** Losses step by step; rounding differs, and Adam's first steps are signs of gradients. */
  static void requireLosses(float[] expected, List<Double> actual) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.get(i), 2e-3 * expected[i], "step " + i);
    }
  }
}

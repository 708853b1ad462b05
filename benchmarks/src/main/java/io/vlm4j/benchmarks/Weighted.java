package io.vlm4j.benchmarks;

import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.Tensor;
import java.util.Optional;
import java.util.Random;

/** Random weights and activations. */
final class Weighted {
  private Weighted() {}

  static Linear linear(Precision precision, int inputs, int outputs) {
    Placement placement = new Placement(Device.CPU, precision);
    return Linear.of(random(outputs, inputs), Optional.empty(), placement);
  }

  /** Small normal numbers of a fixed seed. */
  static Tensor random(int... shape) {
    int count = 1;
    long[] lengths = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      count *= shape[i];
      lengths[i] = shape[i];
    }
    Random random = new Random(11);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.02 * random.nextGaussian());
    }
    return Tensor.of(values, lengths);
  }
}

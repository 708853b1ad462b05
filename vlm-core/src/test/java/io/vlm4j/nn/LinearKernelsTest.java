package io.vlm4j.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.LinearKernel;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a linear layer gives in each precision, and what is said of the choice. */
@ExtendWith(LeakCheck.class)
class LinearKernelsTest {
  private static final int INPUTS = 256;
  private static final int OUTPUTS = 48;

  /**
   * The worst error as a part of the largest output, for weights and activations without excess.
   */
  @ParameterizedTest
  @CsvSource({"FP32, 1e-6", "FP16, 1e-3", "BF16, 1e-2", "INT8, 1e-2", "AUTO, 1e-6"})
  void plainActivations(Precision precision, double tolerance) {
    assertTrue(error(precision, activations(1), true) < tolerance);
  }

  /** Language models have features that are a thousand times the others. */
  @ParameterizedTest
  @CsvSource({"int8", "int8_reduced"})
  void oneLargeFeatureLeavesTheOthersTheirPlace(String kernel) {
    float[] x = activations(1000);
    double coarsest = 1000.0 / 255; // what one term of 8 bits could tell apart
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensor.of(wholeWeights(), OUTPUTS, INPUTS);
      Tensor bias = Tensor.of(new float[OUTPUTS], OUTPUTS);
      ScriptObject layer = KernelLibrary.shared().callObject("linear", kernel, weight, bias);
      Tensor rows = Tensor.of(x, 1, INPUTS);
      float[] actual = KernelLibrary.shared().call("linear_forward", layer, rows).toFloats();
      float[] expected = exact(wholeWeights(), x, new float[OUTPUTS]);
      assertTrue(worst(expected, actual) < coarsest / 4, kernel);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void theChoiceIsExplained(DType stored) {
    String text = LinearKernel.explain(Precision.AUTO, stored);
    assertTrue(text.matches("\\w+ weights -> \\w+ \\(.* ms a row, .* ms for 64\\).*"), text);
    assertTrue(LinearKernel.explain(Precision.FP32, stored).contains("-> p"), "plain or prepacked");
  }

  @Test
  void otherDevicesTakeThePlainKernel() {
    Placement cuda = new Placement(Device.parse("cuda:0"), Precision.INT8);
    assertEquals(LinearKernel.PLAIN, LinearKernel.choose(cuda, DType.FLOAT16));
  }

  private static double error(Precision precision, float[] x, boolean withBias) {
    Random random = new Random(2);
    float[] weights = new float[INPUTS * OUTPUTS];
    float[] bias = new float[OUTPUTS];
    fill(weights, random);
    if (withBias) {
      fill(bias, random);
    }
    try (TensorScope scope = TensorScope.open()) {
      Linear layer =
          Linear.of(
              Tensor.of(weights, OUTPUTS, INPUTS),
              Optional.of(Tensor.of(bias, OUTPUTS)),
              new Placement(Device.CPU, precision));
      float[] actual = layer.forward(Tensor.of(x, 1, INPUTS)).toFloats();
      float[] expected = exact(weights, x, bias);
      double largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      return worst(expected, actual) / largest;
    }
  }

  /** Multiples of 1/127 up to 1: what 8 bits hold exactly. */
  private static float[] wholeWeights() {
    Random random = new Random(4);
    float[] weights = new float[INPUTS * OUTPUTS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % INPUTS == 1 ? 1 : (random.nextInt(255) - 127) / 127f;
    }
    return weights;
  }

  private static float[] activations(float first) {
    float[] x = new float[INPUTS];
    fill(x, new Random(5));
    x[0] = first;
    return x;
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  private static float[] exact(float[] weights, float[] x, float[] bias) {
    float[] sums = new float[OUTPUTS];
    for (int row = 0; row < OUTPUTS; row++) {
      double sum = bias[row];
      for (int i = 0; i < INPUTS; i++) {
        sum += (double) weights[row * INPUTS + i] * x[i];
      }
      sums[row] = (float) sum;
    }
    return sums;
  }

  private static double worst(float[] expected, float[] actual) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return worst;
  }
}

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
import io.vlm4j.tensor.Workload;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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
  @MethodSource("integerKernels")
  void oneLargeFeatureLeavesTheOthersTheirPlace(LinearKernel kernel) {
    float[] x = activations(1000);
    double coarsest = 1000.0 / 255; // what one term of 8 bits could tell apart
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensor.of(wholeWeights(), OUTPUTS, INPUTS);
      Tensor bias = Tensor.of(new float[OUTPUTS], OUTPUTS);
      ScriptObject layer =
          KernelLibrary.shared().callObject("linear", kernel.scriptName(), weight, bias);
      Tensor rows = Tensor.of(x, 1, INPUTS);
      float[] actual = KernelLibrary.shared().call("linear_forward", layer, rows).toFloats();
      float[] expected = exact(wholeWeights(), x, new float[OUTPUTS]);
      assertTrue(worst(expected, actual) < coarsest / 4, kernel.scriptName());
    }
  }

  /** The one of this machine, and that of processors whose sums of 8-bit products overflow. */
  static Set<LinearKernel> integerKernels() {
    Placement eightBits = new Placement(Device.CPU, Precision.INT8);
    return EnumSet.of(LinearKernel.choose(eightBits, DType.FLOAT32), LinearKernel.INT8_REDUCED);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void theChoiceIsExplained(DType stored) {
    for (Workload workload : Workload.values()) {
      String text = LinearKernel.explain(Precision.AUTO, stored, workload);
      assertTrue(
          text.matches("\\w+, \\w+ weights -> \\w+ \\(.* ms a row, .* ms for 64\\).*"), text);
      String exact = LinearKernel.explain(Precision.FP32, stored, workload);
      assertTrue(exact.contains("-> p"), "plain or prepacked: " + exact);
    }
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

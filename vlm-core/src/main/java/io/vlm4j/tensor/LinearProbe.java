package io.vlm4j.tensor;

import io.vlm4j.error.TensorException;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries each kernel of a linear layer on this machine, once, before it is first chosen. */
final class LinearProbe {
  private static final Logger LOG = LoggerFactory.getLogger(LinearProbe.class);

  private static final int INPUTS = 2048;
  private static final int OUTPUTS = 1024;
  private static final int SATURATION_INPUTS = 256;
  private static final int RUNS = 20;

  private static final Map<LinearKernel, Timing> TIMINGS = new EnumMap<>(LinearKernel.class);
  private static Boolean saturates;

  private LinearProbe() {}

  /**
   * What a kernel takes for a layer of 2048 inputs and 1024 outputs.
   *
   * @param promptSeconds for {@link #PROMPT_ROWS} rows
   * @param rowSeconds for one row
   */
  record Timing(double promptSeconds, double rowSeconds) {
    /** A generation is one pass over a prompt and then some tens of single rows. */
    static final int PROMPT_ROWS = 64;

    private static final int SINGLE_ROWS = 16;

    private static final Timing UNAVAILABLE =
        new Timing(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Seconds of a short generation; infinite if the kernel does not work here. */
    double generationSeconds() {
      return promptSeconds + SINGLE_ROWS * rowSeconds;
    }
  }

  /** How fast a kernel is here. */
  static synchronized Timing timing(LinearKernel kernel) {
    return TIMINGS.computeIfAbsent(kernel, LinearProbe::measure);
  }

  /**
   * True if 8-bit products overflow: without VNNI, processors add two of them in 16 bits, which do
   * not hold the sum of the largest.
   */
  static synchronized boolean saturates() {
    if (saturates == null) {
      KernelLibrary kernels = KernelLibrary.shared();
      try (TensorScope scope = TensorScope.open()) {
        Tensor ones = Tensor.of(new float[] {1}, 1, 1).expand(1, SATURATION_INPUTS).copy();
        ScriptObject layer =
            kernels.callObject("linear", LinearKernel.INT8.scriptName(), ones, null);
        float sum = kernels.call("linear_forward", layer, ones).toFloats()[0];
        saturates = Math.abs(sum - SATURATION_INPUTS) > 0.01f * SATURATION_INPUTS;
      }
    }
    return saturates;
  }

  private static Timing measure(LinearKernel kernel) {
    KernelLibrary kernels = KernelLibrary.shared();
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = zeros(OUTPUTS, INPUTS);
      ScriptObject layer = kernels.callObject("linear", kernel.scriptName(), weight, null);
      Timing timing =
          new Timing(best(layer, zeros(Timing.PROMPT_ROWS, INPUTS)), best(layer, zeros(1, INPUTS)));
      LOG.debug("linear kernel {}: {}", kernel.scriptName(), timing);
      return timing;
    } catch (TensorException e) {
      LOG.debug("linear kernel {} is not available: {}", kernel.scriptName(), e.getMessage());
      return Timing.UNAVAILABLE;
    }
  }

  /** The best of several runs: other work on the machine only ever slows a run down. */
  private static double best(ScriptObject layer, Tensor rows) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < RUNS; i++) {
      best =
          Math.min(best, seconds(() -> KernelLibrary.shared().call("linear_forward", layer, rows)));
    }
    return best;
  }

  private static double seconds(Runnable work) {
    try (TensorScope scope = TensorScope.open()) {
      long start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static Tensor zeros(int rows, int columns) {
    return Tensor.of(new float[rows * columns], rows, columns);
  }
}

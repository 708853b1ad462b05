package io.vlm4j.tensor;

import io.vlm4j.error.TensorException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the kernels of a linear layer on this machine, once, before one is first chosen. Those that
 * are compared take turns, so that other work on the machine meets all of them.
 */
final class LinearProbe {
  /** A prompt, or a part of an image. */
  static final int PROMPT_ROWS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(LinearProbe.class);

  /** Many outputs of few inputs, where the kernels differ most in a single row. */
  private static final int INPUTS = 640;

  private static final int OUTPUTS = 8192;
  private static final int SATURATION_INPUTS = 256;
  private static final int ROUNDS = 6;

  /** A model's weights do not stay in the caches from one step to the next: 64 MB go between. */
  private static final int SWEPT_ELEMENTS = 16 << 20;

  private static final Map<LinearKernel, Timing> TIMINGS = new EnumMap<>(LinearKernel.class);
  private static Boolean saturates;

  private LinearProbe() {}

  /**
   * What a kernel takes for a layer of 640 inputs and 8192 outputs; infinite where it does not
   * work.
   *
   * @param promptSeconds for {@link #PROMPT_ROWS} rows
   * @param rowSeconds for one row, the weight coming from memory
   */
  record Timing(double promptSeconds, double rowSeconds) {
    private static final Timing UNAVAILABLE =
        new Timing(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** How fast kernels are here; those not known yet are timed side by side. */
  static synchronized Map<LinearKernel, Timing> timings(List<LinearKernel> kernels) {
    List<LinearKernel> unknown =
        kernels.stream().filter(kernel -> !TIMINGS.containsKey(kernel)).toList();
    if (!unknown.isEmpty()) {
      measure(unknown);
    }
    return new EnumMap<>(TIMINGS);
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

  private static void measure(List<LinearKernel> kernels) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = zeros(OUTPUTS, INPUTS);
      Tensor swept = zeros(1, 1).expand(1, SWEPT_ELEMENTS).copy();
      Tensor row = zeros(1, INPUTS);
      Tensor prompt = zeros(PROMPT_ROWS, INPUTS);
      List<Trial> trials = new ArrayList<>();
      kernels.forEach(kernel -> trials.add(new Trial(kernel)));
      trials.forEach(trial -> trial.prepare(weight));
      for (int round = 0; round < ROUNDS; round++) {
        double least =
            Stream.concat(TIMINGS.values().stream(), trials.stream().map(trial -> trial.best))
                .mapToDouble(Timing::promptSeconds)
                .min()
                .orElseThrow();
        trials.stream()
            .filter(trial -> trial.hasChances(least))
            .forEach(trial -> trial.run(row, prompt, swept));
      }
      for (Trial trial : trials) {
        LOG.debug("linear kernel {}: {}", trial.kernel.scriptName(), trial.best);
        TIMINGS.put(trial.kernel, trial.best);
      }
    }
  }

  private static Tensor zeros(int rows, int columns) {
    return Tensor.of(new float[rows * columns], rows, columns);
  }

  /** One kernel's runs. The best one counts: other work only ever slows a run down. */
  private static final class Trial {
    /** A kernel that takes this many times the quickest one's time is known well enough. */
    private static final double HOPELESS = 10;

    private final LinearKernel kernel;
    private ScriptObject layer;
    private Timing best = Timing.UNAVAILABLE;

    Trial(LinearKernel kernel) {
      this.kernel = kernel;
    }

    void prepare(Tensor weight) {
      try {
        layer = KernelLibrary.shared().callObject("linear", kernel.scriptName(), weight, null);
        forward(zeros(1, INPUTS));
      } catch (TensorException e) {
        LOG.debug("linear kernel {} does not work here: {}", kernel.scriptName(), e.getMessage());
        layer = null;
      }
    }

    boolean hasChances(double leastPromptSeconds) {
      boolean untried = Double.isInfinite(best.promptSeconds());
      return layer != null && (untried || best.promptSeconds() <= HOPELESS * leastPromptSeconds);
    }

    void run(Tensor row, Tensor prompt, Tensor swept) {
      double promptSeconds = forward(prompt);
      try (TensorScope scope = TensorScope.open()) {
        KernelLibrary.shared().call("sum", swept);
      }
      best =
          new Timing(
              Math.min(best.promptSeconds(), promptSeconds),
              Math.min(best.rowSeconds(), forward(row)));
    }

    private double forward(Tensor rows) {
      try (TensorScope scope = TensorScope.open()) {
        long start = System.nanoTime();
        KernelLibrary.shared().call("linear_forward", layer, rows);
        return (System.nanoTime() - start) / 1e9;
      }
    }
  }
}

package io.vlm4j.tensor;

import io.vlm4j.error.TensorException;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to compute a linear layer. Which one suits depends on the processor, so each is tried
 * once before it is first chosen: on a CPU without bf16 instructions, for one, bf16 products are
 * hundreds of times slower than float32.
 */
public enum LinearKernel {
  /** ATen's linear, on the weights as they are. */
  PLAIN("plain", 4),
  /** oneDNN on float32 weights in its own blocked layout; all cores even for a single row. */
  PREPACKED("prepacked", 4),
  /** oneDNN on bf16 weights; activations are rounded to bf16 at each product. */
  PREPACKED_BF16("prepacked_bf16", 2),
  /** FBGEMM on float16 weights with float32 activations. */
  FP16("fp16", 2),
  /** FBGEMM on int8 weights, a scale for each output; activations are quantised at each product. */
  INT8("int8", 1);

  private static final Logger LOG = LoggerFactory.getLogger(LinearKernel.class);

  /** A generation is one pass over a prompt and then some tens of single rows. */
  private static final int PROMPT_ROWS = 64;

  private static final int SINGLE_ROWS = 16;
  private static final int PROBE_INPUTS = 2048;
  private static final int PROBE_OUTPUTS = 1024;

  /** A reduced precision that someone asked for may cost this much more time than float32. */
  private static final double TOLERATED = 3;

  private static final Map<LinearKernel, Double> PROBED = new EnumMap<>(LinearKernel.class);

  private final String scriptName;
  private final int bytesPerWeight;

  LinearKernel(String scriptName, int bytesPerWeight) {
    this.scriptName = scriptName;
    this.bytesPerWeight = bytesPerWeight;
  }

  /** Bytes that a weight takes in memory. */
  public int bytesPerWeight() {
    return bytesPerWeight;
  }

  /** What the kernel sources call it. */
  public String scriptName() {
    return scriptName;
  }

  /**
   * The kernel for a weight.
   *
   * @param stored the type that the checkpoint has it in
   */
  public static LinearKernel choose(Placement placement, DType stored) {
    if (!placement.device().isCpu()) {
      return PLAIN;
    }
    LinearKernel exact = seconds(PREPACKED) < 0.9 * seconds(PLAIN) ? PREPACKED : PLAIN;
    return switch (placement.precision()) {
      case FP32 -> exact;
      case BF16 -> PREPACKED_BF16.unlessSlower(TOLERATED, exact);
      case FP16 -> FP16.unlessSlower(TOLERATED, exact);
      case INT8 -> INT8.unlessSlower(TOLERATED, exact);
      case AUTO ->
          switch (stored) {
            case BFLOAT16 -> PREPACKED_BF16.unlessSlower(1, exact);
            case FLOAT16 -> FP16.unlessSlower(1, exact);
            default -> exact;
          };
    };
  }

  private LinearKernel unlessSlower(double factor, LinearKernel exact) {
    return seconds(this) <= factor * seconds(exact) ? this : exact;
  }

  private static double seconds(LinearKernel kernel) {
    synchronized (PROBED) {
      return PROBED.computeIfAbsent(kernel, LinearKernel::probe);
    }
  }

  /** Seconds that this kernel takes for a short generation; infinite if it does not work here. */
  private static double probe(LinearKernel kernel) {
    KernelLibrary kernels = KernelLibrary.shared();
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = zeros(PROBE_OUTPUTS, PROBE_INPUTS);
      ScriptObject layer = kernels.callObject("linear", kernel.scriptName, weight, null);
      double prompt = best(layer, zeros(PROMPT_ROWS, PROBE_INPUTS));
      double single = best(layer, zeros(1, PROBE_INPUTS));
      LOG.debug(
          "linear kernel {}: {} ms for {} rows, {} ms for one",
          kernel.scriptName,
          prompt * 1e3,
          PROMPT_ROWS,
          single * 1e3);
      return prompt + SINGLE_ROWS * single;
    } catch (TensorException e) {
      LOG.debug("linear kernel {} is not available: {}", kernel.scriptName, e.getMessage());
      return Double.POSITIVE_INFINITY;
    }
  }

  /** The best of several runs: other work on the machine only ever slows a run down. */
  private static double best(ScriptObject layer, Tensor rows) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 6; i++) {
      try (TensorScope scope = TensorScope.open()) {
        long start = System.nanoTime();
        KernelLibrary.shared().call("linear_forward", layer, rows);
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
    }
    return best;
  }

  private static Tensor zeros(int rows, int columns) {
    return Tensor.of(new float[rows * columns], rows, columns);
  }
}

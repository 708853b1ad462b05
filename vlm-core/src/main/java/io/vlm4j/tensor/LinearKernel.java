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
  private static final int PROBE_SIZE = 512;
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
    LinearKernel wanted =
        switch (placement.precision()) {
          case FP32 -> PREPACKED;
          case BF16 -> PREPACKED_BF16;
          case FP16 -> FP16;
          case INT8 -> INT8;
          case AUTO ->
              switch (stored) {
                case BFLOAT16 -> PREPACKED_BF16;
                case FLOAT16 -> FP16;
                default -> PREPACKED;
              };
        };
    return wanted.isFast() ? wanted : PREPACKED.isFast() ? PREPACKED : PLAIN;
  }

  /** True if this kernel works here and is not slower than the plain one on float32 weights. */
  private boolean isFast() {
    return this == PLAIN || seconds(this) < 1.5 * seconds(PLAIN);
  }

  private static double seconds(LinearKernel kernel) {
    synchronized (PROBED) {
      return PROBED.computeIfAbsent(kernel, LinearKernel::probe);
    }
  }

  /** Seconds that a product of 64 rows takes: the best of three; infinite if it fails. */
  private static double probe(LinearKernel kernel) {
    KernelLibrary kernels = KernelLibrary.shared();
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensor.of(new float[PROBE_SIZE * PROBE_SIZE], PROBE_SIZE, PROBE_SIZE);
      Tensor rows = Tensor.of(new float[64 * PROBE_SIZE], 64, PROBE_SIZE);
      ScriptObject layer = kernels.callObject("linear", kernel.scriptName, weight, null);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 4; i++) {
        long start = System.nanoTime();
        kernels.call("linear_forward", layer, rows);
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      LOG.debug("linear kernel {} takes {} ms for 64 rows", kernel.scriptName, best * 1e3);
      return best;
    } catch (TensorException e) {
      LOG.debug("linear kernel {} is not available: {}", kernel.scriptName, e.getMessage());
      return Double.POSITIVE_INFINITY;
    }
  }
}

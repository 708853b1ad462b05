package io.vlm4j.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to compute a linear layer. Which one suits depends on the processor, so each is tried
 * once before it is first chosen: on a CPU without bf16 instructions, for one, bf16 products are
 * hundreds of times slower than float32.
 */
public enum LinearKernel {
  /** ATen's linear, on float32 weights as they are. */
  PLAIN("plain", 4),
  /** oneDNN on float32 weights in its own blocked layout; all cores even for a single row. */
  PREPACKED("prepacked", 4),
  /** oneDNN on bf16 weights; activations are rounded to bf16 at each product. */
  PREPACKED_BF16("prepacked_bf16", 2),
  /** FBGEMM on float16 weights with float32 activations. */
  FP16("fp16", 2),
  /**
   * FBGEMM on int8 weights, a scale for each output. Activations are two terms of 8 bits: of one
   * alone, the few large features of a language model leave the others nothing.
   */
  INT8("int8", 1),
  /**
   * As {@link #INT8} with terms of 7 bits, for processors whose sums of 8-bit products overflow.
   */
  INT8_REDUCED("int8_reduced", 1);

  private static final Logger LOG = LoggerFactory.getLogger(LinearKernel.class);

  /** A reduced precision that someone asked for may cost this much more time than float32. */
  private static final double TOLERATED = 3;

  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

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
   * The kernel for a weight; the log says once why.
   *
   * @param stored the type that the checkpoint has it in
   */
  public static LinearKernel choose(Placement placement, DType stored) {
    if (!placement.device().isCpu() || Autograd.isOn()) { // the others have no gradients
      return PLAIN;
    }
    LinearKernel kernel = onCpu(placement.precision(), stored, placement.workload());
    if (LOG.isInfoEnabled() && LOGGED.add(placement + " " + stored)) {
      LOG.info(
          "dtype {}: {}",
          placement.precision(),
          explain(placement.precision(), stored, placement.workload()));
    }
    return kernel;
  }

  /**
   * The choice for a stored type on this machine's CPU, and what was measured, in a line.
   *
   * @param stored the type that the checkpoint has its weights in
   */
  public static String explain(Precision precision, DType stored, Workload workload) {
    LinearKernel kernel = onCpu(precision, stored, workload);
    LinearKernel exact = exact(workload);
    String text =
        "%s, %s weights -> %s%s"
            .formatted(lowerCase(workload), lowerCase(stored), kernel.scriptName, kernel.took());
    return kernel == exact ? text : text + "; float32 " + exact.scriptName + exact.took();
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String took() {
    LinearProbe.Timing timing = LinearProbe.timings(List.of(this)).get(this);
    return String.format(
        Locale.ROOT,
        " (%.3f ms a row, %.2f ms for %d)",
        timing.rowSeconds() * 1e3,
        timing.promptSeconds() * 1e3,
        LinearProbe.PROMPT_ROWS);
  }

  private static LinearKernel onCpu(Precision precision, DType stored, Workload workload) {
    return switch (precision) {
      case FP32 -> exact(workload);
      case BF16 -> PREPACKED_BF16.unlessSlower(workload);
      case FP16 -> FP16.unlessSlower(workload);
      case INT8 -> (LinearProbe.saturates() ? INT8_REDUCED : INT8).unlessSlower(workload);
      case AUTO ->
          switch (stored) {
            // float16 holds bf16 weights too, and is quick where bf16 arithmetic is not.
            case BFLOAT16 -> fastest(List.of(PREPACKED_BF16, FP16, PREPACKED, PLAIN), workload);
            case FLOAT16 -> fastest(List.of(FP16, PREPACKED, PLAIN), workload);
            default -> exact(workload);
          };
    };
  }

  /** Float32 weights stay as they are, mapped, unless another layout is clearly quicker. */
  private static LinearKernel exact(Workload workload) {
    return fastest(List.of(PLAIN, PREPACKED), workload);
  }

  /** The first one, which takes the least memory, unless another is clearly quicker. */
  private static LinearKernel fastest(List<LinearKernel> kernels, Workload workload) {
    Map<LinearKernel, LinearProbe.Timing> timings = LinearProbe.timings(kernels);
    LinearKernel first = kernels.get(0);
    LinearKernel quickest =
        kernels.stream()
            .min(Comparator.comparingDouble(kernel -> workload.seconds(timings.get(kernel))))
            .orElseThrow();
    double clearly = 0.9 * workload.seconds(timings.get(first));
    return workload.seconds(timings.get(quickest)) < clearly ? quickest : first;
  }

  private LinearKernel unlessSlower(Workload workload) {
    Map<LinearKernel, LinearProbe.Timing> timings =
        LinearProbe.timings(List.of(this, PLAIN, PREPACKED));
    LinearKernel exact = exact(workload);
    double tolerated = TOLERATED * workload.seconds(timings.get(exact));
    return workload.seconds(timings.get(this)) <= tolerated ? this : exact;
  }
}

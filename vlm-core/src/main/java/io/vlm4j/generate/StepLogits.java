package io.vlm4j.generate;

import io.vlm4j.error.TensorException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;

/** Reads the logits of a step, float32 [B, V], out of native memory. */
final class StepLogits {
  private StepLogits() {}

  /** One array of V logits for each sequence. */
  static float[][] rows(Tensor logits) {
    int vocabulary = logits.size(-1);
    float[] all = logits.toFloats();
    for (float logit : all) {
      if (Float.isNaN(logit)) {
        throw nan();
      }
    }
    float[][] rows = new float[all.length / vocabulary][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(all, row * vocabulary, (row + 1) * vocabulary);
    }
    return rows;
  }

  /** As {@link #rows}, after the log-softmax of each row. */
  static float[][] logProbabilities(Tensor logits) {
    try (TensorScope scope = TensorScope.open()) {
      return rows(KernelLibrary.shared().call("log_softmax", logits));
    }
  }

  /** The best token of a single sequence, without copying the logits. */
  static int argmax(Tensor logits) {
    try (TensorScope scope = TensorScope.open()) {
      int best = KernelLibrary.shared().call("argmax", logits).toInts()[0];
      // A NaN counts as the maximum, so one look at the winner finds it.
      if (Float.isNaN(logits.narrow(-1, best, 1).toFloats()[0])) {
        throw nan();
      }
      return best;
    }
  }

  private static TensorException nan() {
    return new TensorException(
        "the model produced NaN logits; check its weights, and try another --dtype (fp32 is the"
            + " safest)");
  }
}

package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** Attention whose queries come from x and whose keys and values come from a context. */
public final class CrossAttention {
  private final ScriptObject layer;

  private CrossAttention(ScriptObject layer) {
    this.layer = layer;
  }

  /**
   * A layer whose query, key and value weights are stored as one: {@code packed.weight} [3 D, D],
   * {@code packed.bias} [3 D], {@code output.*}; no norm.
   */
  public static CrossAttention ofPackedProjection(Weights weights, int size, int heads) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = weights.getFloat("packed.weight", 3L * size, size);
      Tensor bias = weights.getFloat("packed.bias", 3L * size);
      Linear query =
          Linear.of(
              weight.narrow(0, 0, size), Optional.of(bias.narrow(0, 0, size)), weights.placement());
      Linear keyValue =
          Linear.of(
              weight.narrow(0, size, 2L * size),
              Optional.of(bias.narrow(0, size, 2L * size)),
              weights.placement());
      Linear output = Linear.load(weights.at("output"), size, size, true);
      return new CrossAttention(
          scope.keep(make(null, query, keyValue, output, Residual.plain(), heads, size / heads)));
    }
  }

  /** A layer from its parts; the norm may be null. */
  public static CrossAttention of(
      Norm norm,
      Linear query,
      Linear keyValue,
      Linear output,
      Residual residual,
      int heads,
      int headSize) {
    return new CrossAttention(make(norm, query, keyValue, output, residual, heads, headSize));
  }

  /**
   * Attends without adding x.
   *
   * @param x float32 [B, T, D]
   * @param context float32 [B, S, D']
   * @return float32 [B, T, D]
   */
  public Tensor branch(Tensor x, Tensor context) {
    try (TensorScope scope = TensorScope.open()) {
      ScriptObject projected =
          KernelLibrary.shared().callObject("cross_attention_project", layer, context);
      return scope.keep(
          KernelLibrary.shared().call("cross_attention_branch", layer, x, projected, null));
    }
  }

  private static ScriptObject make(
      Norm norm,
      Linear query,
      Linear keyValue,
      Linear output,
      Residual residual,
      int heads,
      int headSize) {
    return KernelLibrary.shared()
        .callObject(
            "cross_attention",
            norm == null ? null : norm.layer(),
            query.layer(),
            keyValue.layer(),
            output.layer(),
            residual.layer(),
            heads,
            headSize,
            1 / Math.sqrt(headSize));
  }
}

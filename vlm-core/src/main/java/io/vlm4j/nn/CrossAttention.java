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
  private final long bytes;

  private CrossAttention(ScriptObject layer, long bytes) {
    this.layer = layer;
    this.bytes = bytes;
  }

  /** Bytes of the weights that one token reads. */
  public long bytes() {
    return bytes;
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
      int headSize = size / heads;
      CrossAttention made =
          of(
              null,
              query,
              keyValue,
              output,
              Residual.plain(),
              heads,
              headSize,
              1 / Math.sqrt(headSize));
      scope.keep(made.layer);
      return made;
    }
  }

  /**
   * A layer from its parts.
   *
   * @param norm before the queries' projection; null for none
   * @param keyValue one product for keys and values, in this order
   * @param scale factor on the scores
   */
  public static CrossAttention of(
      Norm norm,
      Linear query,
      Linear keyValue,
      Linear output,
      Residual residual,
      int heads,
      int headSize,
      double scale) {
    return make(norm, null, query, keyValue, output, residual, heads, headSize, headSize, scale);
  }

  /**
   * A layer that normalises its context too, and whose values may have another width than its
   * queries and keys.
   *
   * @param norm before the queries' projection
   * @param contextNorm before the projection of keys and values
   * @param keyValue one product for keys and values, in this order
   * @param headSize width of a head of the queries and keys
   * @param valueSize width of a head of the values
   */
  public static CrossAttention ofNormedContext(
      Norm norm,
      Norm contextNorm,
      Linear query,
      Linear keyValue,
      Linear output,
      int heads,
      int headSize,
      int valueSize) {
    double scale = 1 / Math.sqrt(headSize);
    Residual join = Residual.plain();
    return make(
        norm, contextNorm, query, keyValue, output, join, heads, headSize, valueSize, scale);
  }

  private static CrossAttention make(
      Norm norm,
      Norm contextNorm,
      Linear query,
      Linear keyValue,
      Linear output,
      Residual residual,
      int heads,
      int headSize,
      int valueSize,
      double scale) {
    ScriptObject layer =
        KernelLibrary.shared()
            .callObject(
                "cross_attention",
                norm == null ? null : norm.layer(),
                contextNorm == null ? null : contextNorm.layer(),
                query.layer(),
                keyValue.layer(),
                output.layer(),
                residual.layer(),
                heads,
                headSize,
                valueSize,
                scale);
    return new CrossAttention(layer, query.bytes() + output.bytes());
  }

  /**
   * Attends to the context that a state keeps for a layer, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param state of {@link KvState#attend}
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, KvState state, int layerIndex) {
    return KernelLibrary.shared()
        .call("cross_attention_forward", layer, x, state.context(layerIndex), null);
  }

  /**
   * Attends, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param context float32 [B, S, D'] or [1, S, D']
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, Tensor context) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          KernelLibrary.shared().call("cross_attention_forward", layer, x, project(context), null));
    }
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
      return scope.keep(
          KernelLibrary.shared().call("cross_attention_branch", layer, x, project(context), null));
    }
  }

  ScriptObject project(Tensor context) {
    return KernelLibrary.shared().callObject("cross_attention_project", layer, context);
  }
}

package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;

/**
 * How a sublayer's output y joins the stream x: {@code x + tanh(gate) * scale * y}, then a norm in
 * post-norm models.
 */
public final class Residual {
  private final Tensor scale;
  private final Tensor gate;
  private final Norm norm;

  private Residual(Tensor scale, Tensor gate, Norm norm) {
    this.scale = scale;
    this.gate = gate;
    this.norm = norm;
  }

  /** x + y. */
  public static Residual plain() {
    return new Residual(null, null, null);
  }

  /** x + scale * y, with a factor for each feature [D] (layer scale). */
  public static Residual scaled(Tensor scale) {
    return new Residual(scale, null, null);
  }

  /** x + tanh(gate) * y, with a scalar gate [1] or one for each feature [D]. */
  public static Residual gated(Tensor gate) {
    return new Residual(null, gate, null);
  }

  /** norm(x + y). */
  public static Residual thenNorm(Norm norm) {
    return new Residual(null, null, norm);
  }

  ScriptObject layer() {
    return KernelLibrary.shared()
        .callObject("residual", scale, gate, norm == null ? null : norm.layer());
  }
}

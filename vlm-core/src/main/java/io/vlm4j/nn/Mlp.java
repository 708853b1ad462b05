package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;

/** The feed-forward sublayer: norm, up (and gate), activation, down, residual. */
public final class Mlp {
  private final ScriptObject layer;
  private final long bytes;

  private Mlp(ScriptObject layer, long bytes) {
    this.layer = layer;
    this.bytes = bytes;
  }

  /** Bytes of the weights of its linear layers. */
  public long bytes() {
    return bytes;
  }

  /**
   * down(activation(up(norm(x)))).
   *
   * @param norm null for none
   */
  public static Mlp of(Norm norm, Linear up, Activation activation, Linear down, Residual join) {
    return make(norm, up, activation, down, join, false);
  }

  /**
   * down(activation(gate(norm(x))) * value(norm(x))).
   *
   * @param norm null for none
   * @param gateAndValue both products as one, the gate's outputs first
   */
  public static Mlp gated(
      Norm norm, Linear gateAndValue, Activation activation, Linear down, Residual join) {
    return make(norm, gateAndValue, activation, down, join, true);
  }

  /** [B, T, D] to [B, T, D], residual included. */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("mlp_forward", layer, x);
  }

  /**
   * The parallel form: what is computed from x joins another stream.
   *
   * @param x float32 [B, T, D]
   * @param stream of the same shape: x and what other sublayers have made of it
   */
  public Tensor forward(Tensor x, Tensor stream) {
    return KernelLibrary.shared().call("mlp_parallel", layer, x, stream);
  }

  /** What {@link #forward(Tensor)} adds to x. */
  public Tensor branch(Tensor x) {
    return KernelLibrary.shared().call("mlp_branch", layer, x);
  }

  private static Mlp make(
      Norm norm, Linear up, Activation activation, Linear down, Residual join, boolean gated) {
    return new Mlp(
        KernelLibrary.shared()
            .callObject(
                "mlp",
                norm == null ? null : norm.layer(),
                up.layer(),
                down.layer(),
                join.layer(),
                activation.scriptName(),
                gated),
        up.bytes() + down.bytes());
  }
}

package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;

/** Poolings without weights. */
public final class Pooling {
  private Pooling() {}

  /** The largest of each 3 x 3, at every second place: [B, C, H, W] to [B, C, H/2, W/2]. */
  public static Tensor max(Tensor x) {
    return KernelLibrary.shared().call("max_pool", x, 1);
  }

  /** The same of windows inside the map alone: to [B, C, (H-1)/2, (W-1)/2]. */
  public static Tensor maxInside(Tensor x) {
    return KernelLibrary.shared().call("max_pool", x, 0);
  }

  /** The mean of each factor x factor: [B, C, H, W] to [B, C, H/factor, W/factor]. */
  public static Tensor average(Tensor x, int factor) {
    return KernelLibrary.shared().call("average_pool_map", x, factor);
  }

  /** The mean of all tokens: [B, T, D] to [B, 1, D]. */
  public static Tensor meanOfTokens(Tensor x) {
    return KernelLibrary.shared().call("mean_of_tokens", x);
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/** What is added to attention scores, so that padding is not looked at. */
final class MaskBias {
  /** The lowest number, which transformers adds. */
  static final double LOWEST = -3.4028234663852886e38;

  private MaskBias() {}

  /**
   * The bias of a mask.
   *
   * @param mask 1 for what may be looked at, 0 for what may not
   * @param lowest what is added to the latter
   * @return float32 [1, 1, 1, S]; null if all may be looked at
   */
  static Tensor of(float[] mask, double lowest, Device device) {
    float[] bias = new float[mask.length];
    boolean any = false;
    for (int i = 0; i < mask.length; i++) {
      bias[i] = (float) ((1 - mask[i]) * lowest);
      any |= mask[i] != 1;
    }
    if (!any) {
      return null;
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Tensor.of(bias, 1, 1, 1, bias.length).to(device));
    }
  }
}

package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/** Weighs the channels of a feature map by what all of them hold on average. */
public final class ChannelGate {
  private final ScriptObject gate;

  private ChannelGate(ScriptObject gate) {
    this.gate = gate;
  }

  /**
   * Two layers, {@code fc1} and {@code fc2}.
   *
   * @see <a href="https://arxiv.org/abs/1709.01507">Squeeze-and-excitation networks</a>
   */
  public static ChannelGate squeezeExcite(Weights weights, int channels, int reduced) {
    Convolution squeeze =
        Convolution.load(
            weights.at("fc1"), Convolution.Shape.of(channels, reduced, 1), Activation.RELU);
    Convolution excite =
        Convolution.load(
            weights.at("fc2"), Convolution.Shape.of(reduced, channels, 1), Activation.IDENTITY);
    return make(squeeze, excite, null);
  }

  /**
   * A convolution over neighbouring channels, {@code conv.weight} [1, 1, k].
   *
   * @see <a href="https://arxiv.org/abs/1910.03151">ECA-Net</a>
   */
  public static ChannelGate efficient(Weights weights, int channels) {
    int size = (int) (Math.abs(Math.log(channels) / Math.log(2) + 1) / 2);
    int kernel = Math.max(3, size % 2 == 0 ? size + 1 : size);
    return make(null, null, weights.getFloat("conv.weight", 1, 1, kernel));
  }

  static ScriptObject layer(ChannelGate gate) {
    return gate == null ? null : gate.gate;
  }

  private static ChannelGate make(Convolution squeeze, Convolution excite, Tensor neighbours) {
    return new ChannelGate(
        KernelLibrary.shared()
            .callObject(
                "channel_gate", Convolution.layer(squeeze), Convolution.layer(excite), neighbours));
  }
}

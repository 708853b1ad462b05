package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;

/**
 * A residual block without norms, the activation before the convolutions: {@code h = beta
 * activation(x)}, then {@code alpha gate(conv3(conv2b(conv2(conv1(h))))) + shortcut}.
 *
 * @see <a href="https://arxiv.org/abs/2102.06171">High-performance large-scale image recognition
 *     without normalization</a>
 */
public final class NormFreeBlock {
  private final ScriptObject block;

  private NormFreeBlock(ScriptObject block) {
    this.block = block;
  }

  /**
   * The convolutions, each with the activation before the next.
   *
   * @param conv2b null for none
   */
  public record Branch(
      Convolution conv1, Convolution conv2, Convolution conv2b, Convolution conv3) {}

  /**
   * A block.
   *
   * @param beta brings the input's variance back to 1; holds the activation's gain too
   * @param gate null for none
   * @param alpha factor on the branch, with those of gate and block that are constant
   * @param pooling stride of the windows of 2 x 2 that are averaged before the shortcut; 1 for none
   * @param shortcut null where x passes as it is
   */
  public static NormFreeBlock of(
      Activation activation,
      double beta,
      Branch branch,
      ChannelGate gate,
      double alpha,
      int pooling,
      Convolution shortcut) {
    return new NormFreeBlock(
        KernelLibrary.shared()
            .callObject(
                "norm_free_block",
                activation.scriptName(),
                beta,
                Convolution.layer(branch.conv1()),
                Convolution.layer(branch.conv2()),
                Convolution.layer(branch.conv2b()),
                Convolution.layer(branch.conv3()),
                ChannelGate.layer(gate),
                alpha,
                pooling,
                Convolution.layer(shortcut)));
  }

  /** [B, C, H, W] to [B, C', H', W']. */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("norm_free_block_forward", block, x);
  }
}

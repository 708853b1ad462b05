package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;

/**
 * Two or three convolutions around which the input passes: {@code activation(conv3(conv2(conv1(x)))
 * + shortcut(x))}.
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">Deep residual learning for image recognition</a>
 */
public final class ResidualBlock {
  private final ScriptObject block;

  private ResidualBlock(ScriptObject block) {
    this.block = block;
  }

  /**
   * What stands beside the convolutions.
   *
   * @param pooling side of the windows that are averaged first; 1 for none
   * @param partialWindows windows that leave the image count, as the mean of what is inside
   * @param projection null where the input passes as it is
   */
  public record Shortcut(int pooling, boolean partialWindows, Convolution projection) {
    /** The input as it is. */
    public static final Shortcut IDENTITY = new Shortcut(1, false, null);
  }

  /**
   * A block.
   *
   * @param pooling side of the windows that are averaged before the last convolution; 1 for none
   * @param conv3 null in a basic block
   * @param activation after the sum
   */
  public static ResidualBlock of(
      Convolution conv1,
      Convolution conv2,
      int pooling,
      Convolution conv3,
      Shortcut shortcut,
      Activation activation) {
    return new ResidualBlock(
        KernelLibrary.shared()
            .callObject(
                "residual_block",
                Convolution.layer(conv1),
                Convolution.layer(conv2),
                pooling,
                Convolution.layer(conv3),
                shortcut.pooling(),
                shortcut.partialWindows(),
                Convolution.layer(shortcut.projection()),
                activation.scriptName()));
  }

  /** [B, C, H, W] to [B, C', H', W']. */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("residual_block_forward", block, x);
  }
}

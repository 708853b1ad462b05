package io.vlm4j.encoders.resnet;

import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import java.util.List;

/**
 * A residual network's shape.
 *
 * @param channels colour channels
 * @param stem widths of the stem's convolutions: one of 7 x 7, or several of 3 x 3
 * @param bottleneck blocks of three convolutions; else two
 * @param stages one after the other
 * @param groups of the 3 x 3 convolutions (ResNeXt)
 * @param reduction how blocks with a stride shrink their input
 * @param innerActivation between a block's convolutions
 * @param activation of the stem and after a block's sum
 * @param normEpsilon of the batch norms
 * @param firstIndex the number that the checkpoint gives the first stage and convolution
 * @param imageSize side of the training images in pixels
 * @param names what the reference calls the tensors on the way
 */
public record ResNetConfig(
    int channels,
    List<Integer> stem,
    boolean bottleneck,
    List<Stage> stages,
    int groups,
    Reduction reduction,
    Activation innerActivation,
    Activation activation,
    double normEpsilon,
    int firstIndex,
    int imageSize,
    TraceNames names) {

  /** Epsilon of the batch norms that PyTorch makes. */
  public static final double DEFAULT_EPSILON = 1e-5;

  /** Checks that the numbers are possible and copies the lists. */
  public ResNetConfig {
    stem = List.copyOf(stem);
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new InvalidModelException("a residual network has no stages; expected at least one");
    }
  }

  /**
   * Blocks of one width.
   *
   * @param depth number of blocks
   * @param inner width of the first convolutions
   * @param width of the block's output
   * @param stride of the first block
   * @param dilation of the 3 x 3 convolutions, but for the first block's, which has that of the
   *     stage before
   */
  public record Stage(int depth, int inner, int width, int stride, int dilation) {
    /** Checks that the numbers are possible. */
    public Stage {
      if (depth < 1 || inner < 1 || width < 1) {
        throw new InvalidModelException(
            "a stage of %d blocks, %d and %d channels wide, is not possible"
                .formatted(depth, inner, width));
      }
    }

    /** Without dilation. */
    public Stage(int depth, int inner, int width, int stride) {
      this(depth, inner, width, stride, 1);
    }
  }

  /** How a block with a stride shrinks its input. */
  public enum Reduction {
    /** By the first convolution and a strided shortcut (the paper). */
    FIRST_CONVOLUTION,
    /** By the 3 x 3 convolution and a strided shortcut (version 1.5). */
    SECOND_CONVOLUTION,
    /** By the 3 x 3 convolution; the shortcut averages first (timm's {@code avg_down}). */
    AVERAGED_SHORTCUT,
    /** By averages, before the last convolution and before the shortcut (CLIP). */
    AVERAGES
  }
}

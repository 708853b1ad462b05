package io.vlm4j.encoders.resnet;

import io.vlm4j.encoders.convnet.ConvNet;
import io.vlm4j.encoders.convnet.Step;
import io.vlm4j.encoders.resnet.ResNetConfig.Reduction;
import io.vlm4j.encoders.resnet.ResNetConfig.Stage;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.Pooling;
import io.vlm4j.nn.ResidualBlock;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** Loads residual networks. */
public final class ResNet {
  private final ResNetConfig config;
  private final Weights weights;

  private ResNet(ResNetConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  /**
   * Loads a network.
   *
   * @param weights under the names of this package
   * @param pooling tokens [B, T, D] to one vector
   */
  public static ConvNet load(ResNetConfig config, Weights weights, PoolingLoader pooling) {
    return ConvNet.load(() -> new ResNet(config, weights).parts(pooling));
  }

  /** Reads what pools the features. */
  @FunctionalInterface
  public interface PoolingLoader {
    /**
     * Reads it.
     *
     * @param width of the features
     */
    Step load(Weights weights, int width);
  }

  private ConvNet.Parts parts(PoolingLoader pooling) {
    Step stem = stem();
    List<Step> stages = new ArrayList<>();
    int width = config.stem().get(config.stem().size() - 1);
    int dilation = 1;
    for (int i = 0; i < config.stages().size(); i++) {
      Stage stage = config.stages().get(i);
      stages.add(stage(weights.at("stages", config.firstIndex() + i), stage, width, dilation));
      width = stage.width();
      dilation = stage.dilation();
    }
    return new ConvNet.Parts(
        width,
        config.imageSize(),
        config.names(),
        stem,
        stages,
        config.stages().stream().map(Stage::width).toList(),
        x -> x,
        pooling.load(weights, width));
  }

  /** Convolutions, the first with stride 2, then a pooling to a quarter of the image's side. */
  private Step stem() {
    List<Step> steps = new ArrayList<>();
    int inputs = config.channels();
    int kernel = config.stem().size() == 1 ? 7 : 3;
    for (int i = 0; i < config.stem().size(); i++) {
      int width = config.stem().get(i);
      Convolution.Shape shape = Convolution.Shape.of(inputs, width, kernel).strided(i == 0 ? 2 : 1);
      Convolution convolution =
          convolution(weights.at("stem", config.firstIndex() + i), shape, config.activation());
      steps.add(convolution::forward);
      inputs = width;
    }
    boolean averages = config.reduction() == Reduction.AVERAGES;
    steps.add(averages ? x -> Pooling.average(x, 2) : Pooling::max);
    return Step.sequence(steps);
  }

  private Step stage(Weights stageWeights, Stage stage, int inputs, int dilationBefore) {
    List<Step> blocks = new ArrayList<>();
    for (int i = 0; i < stage.depth(); i++) {
      Weights block = stageWeights.at("blocks", i);
      ResidualBlock loaded =
          i == 0
              ? block(block, stage, inputs, stage.stride(), dilationBefore)
              : block(block, stage, stage.width(), 1, stage.dilation());
      blocks.add(loaded::forward);
    }
    return Step.sequence(blocks);
  }

  private ResidualBlock block(Weights block, Stage stage, int inputs, int stride, int dilation) {
    ResidualBlock.Shortcut shortcut = shortcut(block.at("shortcut"), inputs, stage.width(), stride);
    int inner = stage.inner();
    int first = config.firstIndex();
    Activation between = config.innerActivation();
    if (!config.bottleneck()) {
      Convolution.Shape shape =
          Convolution.Shape.of(inputs, inner, 3).strided(stride).dilated(dilation);
      return ResidualBlock.of(
          convolution(block.at("conv", first), shape, between),
          convolution(
              block.at("conv", first + 1),
              Convolution.Shape.of(inner, stage.width(), 3).dilated(stage.dilation()),
              Activation.IDENTITY),
          1,
          null,
          shortcut,
          config.activation());
    }
    boolean inFirst = config.reduction() == Reduction.FIRST_CONVOLUTION;
    boolean averages = config.reduction() == Reduction.AVERAGES;
    Convolution.Shape reduce = Convolution.Shape.of(inputs, inner, 1).strided(inFirst ? stride : 1);
    Convolution.Shape spatial =
        Convolution.Shape.of(inner, inner, 3)
            .strided(inFirst || averages ? 1 : stride)
            .grouped(config.groups())
            .dilated(dilation);
    Convolution.Shape expand = Convolution.Shape.of(inner, stage.width(), 1);
    return ResidualBlock.of(
        convolution(block.at("conv", first), reduce, between),
        convolution(block.at("conv", first + 1), spatial, between),
        averages ? stride : 1,
        convolution(block.at("conv", first + 2), expand, Activation.IDENTITY),
        shortcut,
        config.activation());
  }

  private ResidualBlock.Shortcut shortcut(Weights shortcut, int inputs, int width, int stride) {
    if (inputs == width && stride == 1) {
      return ResidualBlock.Shortcut.IDENTITY;
    }
    boolean partialWindows = config.reduction() == Reduction.AVERAGED_SHORTCUT;
    boolean pooled = partialWindows || config.reduction() == Reduction.AVERAGES;
    Convolution.Shape shape = Convolution.Shape.of(inputs, width, 1).strided(pooled ? 1 : stride);
    return new ResidualBlock.Shortcut(
        pooled ? stride : 1, partialWindows, convolution(shortcut, shape, Activation.IDENTITY));
  }

  private Convolution convolution(Weights weights, Convolution.Shape shape, Activation activation) {
    return Convolution.withBatchNorm(weights, shape, config.normEpsilon(), activation);
  }
}

package io.vlm4j.encoders.resnet;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.GlobalAverage;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.encoders.resnet.ResNetConfig.Reduction;
import io.vlm4j.encoders.resnet.ResNetConfig.Stage;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Opens residual networks in torchvision's and timm's names by their tensors alone, as detectors
 * have them: blocks, depths, widths and groups are read off the shapes.
 *
 * <p>Of the configuration {@code output_stride} (32, or 16 or 8, where the last stages dilate) and
 * {@code norm_eps} count.
 */
public final class TorchvisionResNetProvider implements VisionEncoderProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("torchvision_resnet");
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    boolean deepStem = weights.has("conv1.0.weight");
    boolean averaged = averagesShortcuts(weights);
    Weights mapped = weights.mapped(ResNetNames.timm(deepStem, averaged));
    List<Stage> stages = stages(mapped, config.getInt("output_stride", 32));
    if (averaged && stages.stream().anyMatch(stage -> stage.dilation() > 1)) {
      throw new UnsupportedModelException(
          config.origin() + ": shortcuts that average do not go with dilation here");
    }
    ResNetConfig shape =
        new ResNetConfig(
            length(mapped, "stem.1.weight", 1),
            stem(mapped, deepStem),
            isBottleneck(mapped.at("stages", 1)),
            stages,
            groups(mapped.at("stages", 1)),
            averaged ? Reduction.AVERAGED_SHORTCUT : Reduction.SECOND_CONVOLUTION,
            Activation.RELU,
            Activation.RELU,
            config.getDouble("norm_eps", ResNetConfig.DEFAULT_EPSILON),
            1,
            224,
            TraceNames.TIMM);
    return ResNet.load(shape, mapped, (w, width) -> new GlobalAverage());
  }

  /** The shortcut's second part is a convolution, after the mean, not a norm. */
  private static boolean averagesShortcuts(Weights weights) {
    String second = "layer2.0.downsample.1.weight";
    return weights.has(second) && weights.shape(second).size() == 4;
  }

  private static List<Integer> stem(Weights mapped, boolean deep) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 1; i <= (deep ? 3 : 1); i++) {
      widths.add(length(mapped, "stem." + i + ".weight", 0));
    }
    return widths;
  }

  private static List<Stage> stages(Weights mapped, int outputStride) {
    List<Stage> stages = new ArrayList<>();
    int reached = 4;
    int dilation = 1;
    for (int i = 1; i == 1 || mapped.at("stages", i).count("blocks") > 0; i++) {
      Weights stage = mapped.at("stages", i);
      int stride = i == 1 ? 1 : 2;
      if (reached >= outputStride) {
        dilation *= stride;
        stride = 1;
      }
      reached *= stride;
      int last = isBottleneck(stage) ? 3 : 2;
      stages.add(
          new Stage(
              stage.count("blocks"),
              length(stage, "blocks.0.conv.1.weight", 0),
              length(stage, "blocks.0.conv." + last + ".weight", 0),
              stride,
              dilation));
    }
    return stages;
  }

  private static boolean isBottleneck(Weights stage) {
    return stage.has("blocks.0.conv.3.weight");
  }

  private static int groups(Weights stage) {
    int inner = length(stage, "blocks.0.conv.1.weight", 0);
    return isBottleneck(stage) ? inner / length(stage, "blocks.0.conv.2.weight", 1) : 1;
  }

  private static int length(Weights weights, String name, int dimension) {
    List<Long> shape = weights.shape(name);
    if (shape.size() != 4 || shape.contains(0L)) {
      throw new InvalidModelException(
          weights.describe(name) + " is no convolution's weight; expected [outputs, inputs, k, k]");
    }
    return Math.toIntExact(shape.get(dimension));
  }
}

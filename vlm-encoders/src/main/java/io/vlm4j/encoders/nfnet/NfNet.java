package io.vlm4j.encoders.nfnet;

import io.vlm4j.encoders.convnet.ConvNet;
import io.vlm4j.encoders.convnet.GlobalAverage;
import io.vlm4j.encoders.convnet.Step;
import io.vlm4j.encoders.convnet.TimmConfig;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.ChannelGate;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.NormFreeBlock;
import io.vlm4j.nn.Pooling;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Opens the networks without norms of timm. */
public final class NfNet {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          head.fc.*     -> ignore
          stem.conv.*   -> stem.conv1.*
          *             -> *
          """);

  private final NfNetConfig config;
  private final Weights weights;
  private final double weightGamma;
  private final double activationGain;

  private NfNet(NfNetConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
    this.weightGamma = config.gammaInActivation() ? 1 : config.gamma();
    this.activationGain = config.gammaInActivation() ? config.gamma() : 1;
  }

  /** The architectures' names. */
  public static Set<String> architectures() {
    return NfNetArchitectures.names();
  }

  /** Reads a network. */
  public static VisionEncoder load(TimmConfig timm, Weights weights) {
    NfNetConfig config = NfNetConfig.of(timm);
    return ConvNet.load(() -> new NfNet(config, weights.mapped(NAMES)).parts());
  }

  private ConvNet.Parts parts() {
    Step stem = stem();
    List<Step> stages = stages();
    int last = config.widths().get(config.widths().size() - 1);
    int width = config.finalWidth() == 0 ? last : config.finalWidth();
    Step ending = x -> config.activation().forward(x, activationGain);
    if (config.finalWidth() > 0) {
      ending = activated(weights.at("final_conv"), Convolution.Shape.of(last, width, 1))::forward;
    }
    return new ConvNet.Parts(
        width,
        config.imageSize(),
        TraceNames.TIMM,
        stem,
        stages,
        config.widths(),
        ending,
        new GlobalAverage());
  }

  /** The last convolution's activation is the first block's. */
  private Step stem() {
    NfNetConfig.Stem stem = config.stem();
    List<Step> steps = new ArrayList<>();
    int inputs = config.channels();
    for (int i = 0; i < stem.widths().size(); i++) {
      int width = stem.widths().get(i);
      Convolution.Shape shape =
          Convolution.Shape.of(inputs, width, stem.kernel()).strided(stem.strides().get(i));
      Weights own = weights.at("stem.conv" + (i + 1));
      boolean isLast = i == stem.widths().size() - 1;
      steps.add((isLast ? linear(own, shape) : activated(own, shape))::forward);
      inputs = width;
    }
    if (stem.pooled()) {
      steps.add(Pooling::max);
    }
    return Step.sequence(steps);
  }

  /** The variance of the stream is known at each block: 1 after a shortcut, then alpha^2 more. */
  private List<Step> stages() {
    List<Step> stages = new ArrayList<>();
    int inputs = config.stem().width();
    double variance = 1;
    for (int s = 0; s < config.depths().size(); s++) {
      int width = config.widths().get(s);
      List<Step> blocks = new ArrayList<>();
      for (int b = 0; b < config.depths().get(s); b++) {
        boolean shrinks = b == 0 && (s > 0 || config.stem().reduction() <= 2);
        double beta = activationGain / Math.sqrt(variance);
        Weights own = weights.at("stages", s).at(String.valueOf(b));
        blocks.add(block(own, inputs, width, shrinks ? 2 : 1, beta)::forward);
        variance = (b == 0 ? 1 : variance) + config.alpha() * config.alpha();
        inputs = width;
      }
      stages.add(Step.sequence(blocks));
    }
    return stages;
  }

  private NormFreeBlock block(Weights block, int inputs, int width, int stride, double beta) {
    int inner = NfNetConfig.divisible(width * config.bottleneckRatio(), config.divisor(), 0.9);
    int groups = config.groupSize() == 0 ? 1 : inner / config.groupSize();
    if (groups < 1) {
      throw new InvalidModelException(
          "%s: group_size %d is more than a block's %d inner channels"
              .formatted(block.origin(), config.groupSize(), inner));
    }
    if (config.groupSize() > 0 && config.groupSize() % config.divisor() == 0) {
      inner = config.groupSize() * groups;
    }
    Convolution.Shape spatial = Convolution.Shape.of(inner, inner, 3).grouped(groups);
    NormFreeBlock.Branch branch =
        new NormFreeBlock.Branch(
            activated(block.at("conv1"), Convolution.Shape.of(inputs, inner, 1)),
            activated(block.at("conv2"), spatial.strided(stride)),
            config.extraConvolution() ? activated(block.at("conv2b"), spatial) : null,
            linear(block.at("conv3"), Convolution.Shape.of(inner, width, 1)));
    ChannelGate gate = gate(block.at("attn_last"), width);
    double alpha = config.alpha() * (gate == null ? 1 : config.gateGain());
    Convolution shortcut =
        inputs == width && stride == 1
            ? null
            : linear(block.at("downsample.conv"), Convolution.Shape.of(inputs, width, 1));
    return NormFreeBlock.of(
        config.activation(), beta, branch, gate, alpha * skipGain(block), stride, shortcut);
  }

  private double skipGain(Weights block) {
    if (!config.skipInit()) {
      return 1;
    }
    try (TensorScope scope = TensorScope.open()) {
      return block.getReshaped("skipinit_gain", 1).toFloats()[0];
    }
  }

  private ChannelGate gate(Weights gate, int width) {
    return switch (config.gate().kind()) {
      case NONE -> null;
      case SQUEEZE_EXCITE -> ChannelGate.squeezeExcite(gate, width, config.gate().reducedTo(width));
      case EFFICIENT -> ChannelGate.efficient(gate, width);
    };
  }

  private Convolution activated(Weights own, Convolution.Shape shape) {
    return convolution(own, shape, config.activation(), activationGain);
  }

  private Convolution linear(Weights own, Convolution.Shape shape) {
    return convolution(own, shape, Activation.IDENTITY, 1);
  }

  private Convolution convolution(
      Weights own, Convolution.Shape shape, Activation activation, double gain) {
    return Convolution.standardized(
        own, shape.padded(config.samePadding()), weightGamma, config.epsilon(), activation, gain);
  }
}

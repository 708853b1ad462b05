package io.vlm4j.encoders.plaincnn;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.ConvNet;
import io.vlm4j.encoders.convnet.GlobalAverage;
import io.vlm4j.encoders.convnet.Step;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Opens plain convolutional networks.
 *
 * <p>Configuration: {@code channels}, the widths of the convolutions; {@code bn_eps}, 1e-5 unless
 * it is given; {@code image_size}. Each convolution is 3 x 3 with stride 2 and without a bias.
 */
public final class PlainCnnProvider implements VisionEncoderProvider {
  private static final int COLOURS = 3;
  private static final int KERNEL = 3;
  private static final int STRIDE = 2;

  @Override
  public Set<String> modelTypes() {
    return Set.of("plain_cnn");
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    List<Integer> channels = config.getList("channels").stream().map(JsonNode::asInt).toList();
    if (channels.isEmpty() || channels.stream().anyMatch(width -> width < 1)) {
      throw new InvalidModelException(
          config.origin() + ": channels are " + channels + "; expected positive numbers");
    }
    double epsilon = config.getDouble("bn_eps", 1e-5);
    Weights layers = weights.mapped(names(channels.size()));
    return ConvNet.load(
        () -> {
          List<Step> steps = steps(channels, epsilon, layers);
          return new ConvNet.Parts(
              channels.get(channels.size() - 1),
              config.getInt("image_size", 224),
              TraceNames.TIMM,
              steps.get(0),
              steps.subList(1, steps.size()),
              channels.subList(1, channels.size()),
              x -> x,
              new GlobalAverage());
        });
  }

  private static List<Step> steps(List<Integer> channels, double epsilon, Weights layers) {
    List<Step> steps = new ArrayList<>();
    int inputs = COLOURS;
    for (int width : channels) {
      Convolution.Shape shape = Convolution.Shape.of(inputs, width, KERNEL).strided(STRIDE);
      Weights layer = layers.at("layers", steps.size());
      steps.add(Convolution.withBatchNorm(layer, shape, epsilon, Activation.RELU)::forward);
      inputs = width;
    }
    return steps;
  }

  /** A sequence counts its convolutions, norms and activations alike. */
  private static NameMap names(int layers) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < layers; i++) {
      lines.append(
          """
          %d.weight                -> layers.%d.weight
          %d.num_batches_tracked   -> ignore
          %d.*                     -> layers.%d.norm.*
          """
              .formatted(3 * i, i, 3 * i + 1, 3 * i + 1, i));
    }
    return NameMap.parse(lines.toString());
  }
}

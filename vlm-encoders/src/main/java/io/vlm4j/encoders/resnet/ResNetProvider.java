package io.vlm4j.encoders.resnet;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.GlobalAverage;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.encoders.resnet.ResNetConfig.Reduction;
import io.vlm4j.encoders.resnet.ResNetConfig.Stage;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Opens {@code microsoft/resnet-*}; defaults of ResNetConfig in transformers. */
public final class ResNetProvider implements VisionEncoderProvider {
  private static final JsonNode DEFAULTS =
      JsonNode.parse(
          """
          {"hidden_sizes": [256, 512, 1024, 2048], "depths": [3, 4, 6, 3]}
          """,
          "ResNetConfig");

  @Override
  public Set<String> modelTypes() {
    return Set.of("resnet");
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    return ResNet.load(
        config(config), weights.mapped(ResNetNames.HUB), (w, width) -> new GlobalAverage());
  }

  static ResNetConfig config(JsonNode given) {
    JsonNode json = given.withFallback(DEFAULTS, "hidden_sizes", "depths");
    String layerType = json.getString("layer_type", "bottleneck");
    if (!layerType.equals("basic") && !layerType.equals("bottleneck")) {
      throw new InvalidModelException(
          json.origin() + ": layer_type is '" + layerType + "'; expected basic or bottleneck");
    }
    boolean bottleneck = layerType.equals("bottleneck");
    return new ResNetConfig(
        json.getInt("num_channels", 3),
        List.of(json.getInt("embedding_size", 64)),
        bottleneck,
        stages(json, bottleneck),
        1,
        json.getBoolean("downsample_in_bottleneck", false)
            ? Reduction.FIRST_CONVOLUTION
            : Reduction.SECOND_CONVOLUTION,
        Activation.RELU, // the reference's blocks heed hidden_act after the sum only
        Activation.of(json.getString("hidden_act", "relu")),
        ResNetConfig.DEFAULT_EPSILON,
        0,
        224,
        TraceNames.HUB);
  }

  private static List<Stage> stages(JsonNode json, boolean bottleneck) {
    List<JsonNode> widths = json.getList("hidden_sizes");
    List<JsonNode> depths = json.getList("depths");
    if (widths.size() != depths.size()) {
      throw new InvalidModelException(
          "%s: %d hidden_sizes and %d depths; expected as many"
              .formatted(json.origin(), widths.size(), depths.size()));
    }
    boolean firstShrinks = json.getBoolean("downsample_in_first_stage", false);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < widths.size(); i++) {
      int width = widths.get(i).asInt();
      int stride = i > 0 || firstShrinks ? 2 : 1;
      stages.add(new Stage(depths.get(i).asInt(), bottleneck ? width / 4 : width, width, stride));
    }
    return stages;
  }
}

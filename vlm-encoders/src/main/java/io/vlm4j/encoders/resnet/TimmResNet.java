package io.vlm4j.encoders.resnet;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.GlobalAverage;
import io.vlm4j.encoders.convnet.TimmConfig;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.encoders.resnet.ResNetConfig.Reduction;
import io.vlm4j.encoders.resnet.ResNetConfig.Stage;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Opens the residual networks of timm. */
public final class TimmResNet {
  /** Depths and what else an architecture's name says. */
  private static final JsonNode ARCHITECTURES =
      JsonNode.parse(
          """
          {
            "resnet18": {"block": "basic", "layers": [2, 2, 2, 2]},
            "resnet34": {"block": "basic", "layers": [3, 4, 6, 3]},
            "resnet26": {"layers": [2, 2, 2, 2]},
            "resnet50": {"layers": [3, 4, 6, 3]},
            "resnet101": {"layers": [3, 4, 23, 3]},
            "resnet152": {"layers": [3, 8, 36, 3]},
            "resnet200": {"layers": [3, 24, 36, 3]},
            "wide_resnet50_2": {"layers": [3, 4, 6, 3], "base_width": 128},
            "wide_resnet101_2": {"layers": [3, 4, 23, 3], "base_width": 128},
            "resnext50_32x4d": {"layers": [3, 4, 6, 3], "cardinality": 32, "base_width": 4},
            "resnext101_32x4d": {"layers": [3, 4, 23, 3], "cardinality": 32, "base_width": 4},
            "resnext101_32x8d": {"layers": [3, 4, 23, 3], "cardinality": 32, "base_width": 8},
            "resnext101_64x4d": {"layers": [3, 4, 23, 3], "cardinality": 64, "base_width": 4}
          }
          """,
          "timm");

  /** What a {@code d} at the end of a name adds. */
  private static final JsonNode BAG_OF_TRICKS =
      JsonNode.parse("{\"stem_type\": \"deep\", \"stem_width\": 32, \"avg_down\": true}", "timm");

  private static final JsonNode DEFAULTS =
      JsonNode.parse(
          """
          {"block": "bottleneck", "layers": [], "channels": [64, 128, 256, 512], "in_chans": 3,
           "cardinality": 1, "base_width": 64, "stem_type": "", "stem_width": 64,
           "avg_down": false, "act_layer": "relu"}
          """,
          "timm");

  private TimmResNet() {}

  /** The architectures' names. */
  public static Set<String> architectures() {
    Set<String> names = new TreeSet<>(ARCHITECTURES.keys());
    ARCHITECTURES.keys().stream()
        .filter(name -> name.startsWith("resnet"))
        .forEach(name -> names.add(name + "d"));
    return names;
  }

  /** Reads a network. */
  public static VisionEncoder load(TimmConfig timm, Weights weights) {
    JsonNode arguments = arguments(timm);
    boolean deepStem = !arguments.getString("stem_type").isEmpty();
    boolean averaged = arguments.getBoolean("avg_down", false);
    return ResNet.load(
        config(timm, arguments),
        weights.mapped(ResNetNames.timm(deepStem, averaged)),
        (w, width) -> new GlobalAverage());
  }

  private static JsonNode arguments(TimmConfig timm) {
    String name = timm.architecture();
    boolean tricks = !ARCHITECTURES.has(name);
    JsonNode own = ARCHITECTURES.get(tricks ? name.substring(0, name.length() - 1) : name);
    String[] keys = BAG_OF_TRICKS.keys().toArray(String[]::new);
    return timm.arguments(tricks ? own.withFallback(BAG_OF_TRICKS, keys) : own, DEFAULTS);
  }

  private static ResNetConfig config(TimmConfig timm, JsonNode json) {
    Activation activation = Activation.of(json.getString("act_layer"));
    return new ResNetConfig(
        json.getInt("in_chans"),
        stem(timm, json),
        bottleneck(timm, json),
        stages(timm, json),
        json.getInt("cardinality"),
        json.getBoolean("avg_down", false)
            ? Reduction.AVERAGED_SHORTCUT
            : Reduction.SECOND_CONVOLUTION,
        activation,
        activation,
        ResNetConfig.DEFAULT_EPSILON,
        1,
        timm.imageSize(),
        TraceNames.TIMM);
  }

  private static List<Integer> stem(TimmConfig timm, JsonNode json) {
    int width = json.getInt("stem_width");
    return switch (json.getString("stem_type")) {
      case "" -> List.of(64);
      case "deep" -> List.of(width, width, 2 * width);
      case "deep_tiered" -> List.of(3 * (width / 4), width, 2 * width);
      default ->
          throw timm.unsupported("stem_type", json.get("stem_type"), "'', deep, deep_tiered");
    };
  }

  private static List<Stage> stages(TimmConfig timm, JsonNode json) {
    List<Integer> depths = timm.stages(json, "layers");
    List<Integer> planes = timm.stages(json, "channels");
    if (depths.size() != planes.size()) {
      throw new InvalidModelException(
          "%s: model_args has %d layers and %d channels; expected as many"
              .formatted(json.origin(), depths.size(), planes.size()));
    }
    boolean bottleneck = bottleneck(timm, json);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < depths.size(); i++) {
      int plane = planes.get(i);
      int grouped = (int) (plane * (json.getInt("base_width") / 64.0));
      int inner = grouped * json.getInt("cardinality");
      stages.add(
          new Stage(
              depths.get(i),
              bottleneck ? inner : plane,
              bottleneck ? 4 * plane : plane,
              i == 0 ? 1 : 2));
    }
    return stages;
  }

  private static boolean bottleneck(TimmConfig timm, JsonNode json) {
    String block = json.getString("block");
    if (!block.equals("basic") && !block.equals("bottleneck")) {
      throw timm.unsupported("block", json.get("block"), "basic, bottleneck");
    }
    return block.equals("bottleneck");
  }
}

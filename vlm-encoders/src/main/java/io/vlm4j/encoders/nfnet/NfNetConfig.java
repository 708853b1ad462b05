package io.vlm4j.encoders.nfnet;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.TimmConfig;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import java.util.List;

/**
 * The shape of a network without norms.
 *
 * @param channels colour channels
 * @param stem how the stem looks
 * @param depths blocks of each stage
 * @param widths of each stage
 * @param bottleneckRatio width of a block's inner convolutions to its outer ones
 * @param groupSize channels of a group in the 3 x 3 convolutions; 0 for all together
 * @param divisor widths are multiples of it
 * @param extraConvolution blocks have a second 3 x 3 convolution
 * @param gate what weighs the channels
 * @param gateGain makes up for what the gates take away
 * @param alpha factor on what a block adds
 * @param skipInit blocks have a learned factor besides
 * @param finalWidth of the convolution after the stages; 0 for none
 * @param activation between the convolutions
 * @param gammaInActivation the activation's gain stands with it; else it is in the weights
 * @param samePadding convolutions pad as TensorFlow's do
 * @param epsilon of the standardisation
 * @param imageSize side of the training images in pixels
 */
record NfNetConfig(
    int channels,
    Stem stem,
    List<Integer> depths,
    List<Integer> widths,
    double bottleneckRatio,
    int groupSize,
    int divisor,
    boolean extraConvolution,
    Gate gate,
    double gateGain,
    double alpha,
    boolean skipInit,
    int finalWidth,
    Activation activation,
    boolean gammaInActivation,
    boolean samePadding,
    double epsilon,
    int imageSize) {

  /** What weighs the channels: nothing, squeeze and excitation, or ECA. */
  record Gate(Kind kind, double ratio, int divisor, int reduced) {
    enum Kind {
      NONE,
      SQUEEZE_EXCITE,
      EFFICIENT
    }

    /** Width of the squeeze. */
    int reducedTo(int width) {
      return reduced > 0 ? reduced : divisible(width * ratio, divisor, 0);
    }
  }

  /**
   * The stem's convolutions.
   *
   * @param kernel side of the windows
   * @param widths of the convolutions
   * @param strides of the convolutions
   * @param pooled a pooling follows
   */
  record Stem(int kernel, List<Integer> widths, List<Integer> strides, boolean pooled) {
    int width() {
      return widths.get(widths.size() - 1);
    }

    /** By how much the stem shrinks an image. */
    int reduction() {
      return strides.stream().reduce(pooled ? 2 : 1, (a, b) -> a * b);
    }
  }

  static NfNetConfig of(TimmConfig timm) {
    JsonNode json =
        timm.arguments(
            NfNetArchitectures.arguments(timm.architecture()), NfNetArchitectures.DEFAULTS);
    int divisor = json.getInt("ch_div");
    double factor = json.getDouble("width_factor");
    List<Integer> depths = timm.stages(json, "depths");
    List<Integer> channels = timm.stages(json, "channels");
    if (depths.size() != channels.size() || divisor < 1) {
      throw new InvalidModelException(
          "%s: model_args has %d depths, %d channels and ch_div %d; expected as many, and 1 or more"
              .formatted(json.origin(), depths.size(), channels.size(), divisor));
    }
    int stemWidth = json.getInt("stem_chs") > 0 ? json.getInt("stem_chs") : channels.get(0);
    int features = json.getInt("num_features");
    return new NfNetConfig(
        json.getInt("in_chans"),
        stem(timm, json, divisible(stemWidth * factor, divisor, 0.9)),
        depths,
        channels.stream().map(c -> divisible(c * factor, divisor, 0.9)).toList(),
        json.getDouble("bottle_ratio"),
        json.getInt("group_size"),
        divisor,
        json.getBoolean("extra_conv", false),
        gate(timm, json),
        json.getDouble("attn_gain"),
        json.getDouble("alpha"),
        json.getBoolean("skipinit", false),
        features == 0 ? 0 : divisible(features * factor, divisor, 0.9),
        Activation.of(json.getString("act_layer")),
        json.getBoolean("gamma_in_act", false),
        json.getBoolean("same_padding", false),
        json.getDouble("std_conv_eps"),
        timm.imageSize());
  }

  /** What makes up for the variance that an activation takes from a normal distribution. */
  double gamma() {
    return switch (activation) {
      case GELU -> 1.7015043497085571;
      case RELU -> 1.7139588594436646;
      case SILU -> 1.7881293296813965;
      case TANH -> 1.5939117670059204;
      case IDENTITY -> 1;
      default ->
          throw new InvalidModelException(
              "act_layer " + activation + " has no gain; expected gelu, relu, silu or tanh");
    };
  }

  /** The multiple of a divisor next to a number, at least {@code limit} times the number. */
  static int divisible(double number, int divisor, double limit) {
    int rounded = Math.max(divisor, (int) (number + divisor / 2.0) / divisor * divisor);
    return rounded < limit * number ? rounded + divisor : rounded;
  }

  private static Stem stem(TimmConfig timm, JsonNode json, int width) {
    String type = json.getString("stem_type");
    boolean pooled = type.endsWith("_pool");
    return switch (pooled ? type.substring(0, type.length() - "_pool".length()) : type) {
      case "deep_quad" -> {
        if (pooled) {
          throw timm.unsupported("stem_type", json.get("stem_type"), "deep_quad");
        }
        yield new Stem(
            3, List.of(width / 8, width / 4, width / 2, width), List.of(2, 1, 1, 2), false);
      }
      case "deep" -> new Stem(3, List.of(width / 2, width / 2, width), List.of(2, 1, 1), pooled);
      case "deep_tiered" ->
          new Stem(3, List.of(3 * width / 8, width / 2, width), List.of(2, 1, 1), pooled);
      case "3x3" -> new Stem(3, List.of(width), List.of(2), pooled);
      case "7x7", "" -> new Stem(7, List.of(width), List.of(2), pooled);
      default ->
          throw timm.unsupported(
              "stem_type",
              json.get("stem_type"),
              "3x3, 7x7, deep, deep_tiered, each with and without _pool, and deep_quad");
    };
  }

  private static Gate gate(TimmConfig timm, JsonNode json) {
    JsonNode arguments = json.objectOrEmpty("attn_kwargs");
    List<String> known = List.of("rd_ratio", "rd_divisor", "rd_channels");
    String layer = json.getString("attn_layer");
    for (String key : arguments.keys()) {
      if (arguments.has(key) && (!known.contains(key) || layer.equals("eca"))) {
        throw timm.unsupported("attn_kwargs", arguments, String.join(", ", known) + " of se");
      }
    }
    Gate.Kind kind =
        switch (layer) {
          case "" -> Gate.Kind.NONE;
          case "se" -> Gate.Kind.SQUEEZE_EXCITE;
          case "eca" -> Gate.Kind.EFFICIENT;
          default -> throw timm.unsupported("attn_layer", json.get("attn_layer"), "se, eca");
        };
    return new Gate(
        kind,
        arguments.getDouble("rd_ratio", 1.0 / 16),
        arguments.getInt("rd_divisor", 8),
        arguments.getInt("rd_channels", 0));
  }
}

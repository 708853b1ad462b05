package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The preprocessing that timm, open_clip and folders of single files describe inside a model's own
 * configuration. Steps and arithmetic are those of timm 1.0 and open_clip 3 on torchvision and
 * Pillow.
 */
final class EvaluationTransform {
  private final JsonNode json;
  private final String prefix;
  private final Resampling resampling;

  private EvaluationTransform(JsonNode json) {
    this(json, "");
  }

  /**
   * @param prefix of the keys {@code mean} and {@code std}
   */
  private EvaluationTransform(JsonNode json, String prefix) {
    this.json = json;
    this.prefix = prefix;
    this.resampling = resampling(json.getString("interpolation", "bicubic"));
  }

  /** Of {@code image_size}, {@code image_mean}, {@code image_std}: warped to a square. */
  static ImageProcessor square(JsonNode config) {
    EvaluationTransform transform = new EvaluationTransform(config, "image_");
    String mode = config.getString("resize", "square");
    if (!mode.startsWith("square")) {
      throw transform.unsupported("resize", mode, "square");
    }
    int side = transform.side("image_size", 224);
    return transform.processor(new TargetSize.Fixed(side, side), side);
  }

  /** Of timm's {@code pretrained_cfg}. */
  static ImageProcessor timm(JsonNode pretrainedCfg) {
    EvaluationTransform transform = new EvaluationTransform(pretrainedCfg);
    int side = transform.side("input_size", 224);
    double share = pretrainedCfg.getDouble("crop_pct", 0.875);
    if (!(share > 0 && share <= 1)) {
      throw new InvalidModelException(
          "%s: crop_pct is %s; expected more than 0, at most 1"
              .formatted(pretrainedCfg.origin(), share));
    }
    int resized = (int) Math.floor(side / share);
    String mode = pretrainedCfg.getString("crop_mode", "center");
    return switch (mode) {
      case "center" -> transform.processor(new TargetSize.ShortestEdge(resized), side);
      case "squash" -> transform.processor(new TargetSize.Fixed(resized, resized), side);
      default -> throw transform.unsupported("crop_mode", mode, "center, squash");
    };
  }

  /** Of open_clip's {@code preprocess_cfg}; the size may be the model's own. */
  static ImageProcessor openClip(JsonNode config) {
    JsonNode vision = config.objectOrEmpty("model_cfg").objectOrEmpty("vision_cfg");
    int modelSide = new EvaluationTransform(vision).side("image_size", 224);
    EvaluationTransform transform = new EvaluationTransform(config.objectOrEmpty("preprocess_cfg"));
    int side = transform.side("size", modelSide);
    String mode = transform.json.getString("resize_mode", "shortest");
    return switch (mode) {
      case "shortest" -> transform.processor(new TargetSize.ShortestEdge(side), side);
      case "squash" -> transform.processor(new TargetSize.Fixed(side, side), side);
      default -> throw transform.unsupported("resize_mode", mode, "shortest, squash");
    };
  }

  private ImageProcessor processor(TargetSize size, int side) {
    UnaryOperator<Image> resize = image -> size.resize(image, resampling);
    return new WholeImageProcessor(
        resize, image -> Crop.centerRounded(image, side, side), scaling());
  }

  /** The side of a square given as a number, as [height, width] or as [channels, height, width]. */
  private int side(String key, int defaultValue) {
    if (!json.has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    List<JsonNode> sides = value.isArray() ? value.asList() : List.of(value);
    int height = sides.isEmpty() ? 0 : sides.get(Math.max(0, sides.size() - 2)).asInt();
    int width = sides.isEmpty() ? 0 : sides.get(sides.size() - 1).asInt();
    if (height < 1 || height > ProcessorConfig.MAX_SIDE) {
      throw new InvalidModelException(
          "%s: %s is %s; expected 1 to %d pixels"
              .formatted(json.origin(), key, value, ProcessorConfig.MAX_SIDE));
    }
    if (width != height) {
      throw unsupported(key, value.toString(), "squares");
    }
    return height;
  }

  private PixelScaling scaling() {
    float[] mean = perChannel(prefix + "mean", 0.485f, 0.456f, 0.406f);
    float[] std = perChannel(prefix + "std", 0.229f, 0.224f, 0.225f);
    if (!PixelScaling.isValid(mean, std)) {
      throw new InvalidModelException(
          "%s: %smean is %s and %sstd %s; expected 3 finite numbers each, %sstd above 0"
              .formatted(
                  json.origin(),
                  prefix,
                  Arrays.toString(mean),
                  prefix,
                  Arrays.toString(std),
                  prefix));
    }
    return new PixelScaling(1.0 / 255, mean, std);
  }

  private float[] perChannel(String key, float... defaultValue) {
    return json.optional(key).map(JsonNode::asFloats).orElse(defaultValue);
  }

  private Resampling resampling(String name) {
    Map<String, Resampling> known =
        Map.of(
            "nearest", Resampling.NEAREST,
            "bilinear", Resampling.BILINEAR,
            "bicubic", Resampling.BICUBIC,
            "lanczos", Resampling.LANCZOS,
            "box", Resampling.BOX,
            "hamming", Resampling.HAMMING);
    Resampling found = known.get(name.toLowerCase(Locale.ROOT));
    if (found == null) {
      throw unsupported("interpolation", name, "nearest, bilinear, bicubic, lanczos, box, hamming");
    }
    return found;
  }

  private UnsupportedModelException unsupported(String key, String value, String supported) {
    return new UnsupportedModelException(
        "%s: %s is %s; supported: %s".formatted(json.origin(), key, value, supported));
  }
}

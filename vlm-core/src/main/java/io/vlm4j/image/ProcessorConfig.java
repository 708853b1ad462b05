package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A {@code preprocessor_config.json}, read as the steps of an image processor. */
final class ProcessorConfig {
  /** What {@code image_mean} and {@code image_std} are when absent. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Normalization(float[] mean, float[] std) {
    /** To the range from -1 to 1. */
    static final Normalization HALF =
        new Normalization(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

    /** Statistics of the data that CLIP was trained on. */
    static final Normalization CLIP =
        new Normalization(
            new float[] {0.48145467f, 0.4578275f, 0.40821072f},
            new float[] {0.26862955f, 0.2613026f, 0.2757771f});

    /** Statistics of ImageNet. */
    static final Normalization IMAGENET =
        new Normalization(
            new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  }

  /** Four times the largest side of published models; one such tile takes 200 MB. */
  static final int MAX_SIDE = 4096;

  private final JsonNode json;

  ProcessorConfig(JsonNode json) {
    this.json = json;
  }

  boolean flag(String key, boolean defaultValue) {
    return json.getBoolean(key, defaultValue);
  }

  /** The filter under {@code resample}. */
  Resampling resampling(Resampling defaultValue) {
    if (!json.has("resample")) {
      return defaultValue;
    }
    try {
      return Resampling.of(json.getInt("resample"));
    } catch (InvalidOptionException e) {
      throw new InvalidModelException(json.origin() + ": " + e.getMessage(), e);
    }
  }

  /** Resizing to {@code size}, or nothing without {@code do_resize}. */
  UnaryOperator<Image> resize(Function<Integer, TargetSize> ofOneNumber, Resampling resampling) {
    if (!flag("do_resize", true)) {
      return image -> image;
    }
    TargetSize size = size("size", ofOneNumber);
    return image -> size.resize(image, resampling);
  }

  /** Cropping to {@code crop_size}, or nothing without {@code do_center_crop}. */
  UnaryOperator<Image> centerCrop() {
    if (!flag("do_center_crop", true)) {
      return image -> image;
    }
    TargetSize.Fixed size = fixedSize("crop_size");
    return image -> Crop.center(image, size.height(), size.width());
  }

  /** A size that does not depend on the picture's; a number is the side of a square. */
  TargetSize.Fixed fixedSize(String key) {
    if (size(key, side -> new TargetSize.Fixed(side, side)) instanceof TargetSize.Fixed size) {
      return size;
    }
    throw invalid(key, "a number or {height, width}");
  }

  /** A size as a number, a pair of height and width, or an object. */
  TargetSize size(String key, Function<Integer, TargetSize> ofOneNumber) {
    JsonNode value = json.get(key);
    if (value.isNumber()) {
      return ofOneNumber.apply(side(value, key));
    }
    if (value.isArray()) {
      return pair(value, key);
    }
    if (value.has("shortest_edge")) {
      return new TargetSize.ShortestEdge(side(value, key, "shortest_edge"));
    }
    if (value.has("longest_edge")) {
      return new TargetSize.LongestEdge(side(value, key, "longest_edge"));
    }
    if (value.has("height") && value.has("width")) {
      return new TargetSize.Fixed(side(value, key, "height"), side(value, key, "width"));
    }
    throw invalid(key, "a number, {height, width}, {shortest_edge} or {longest_edge}");
  }

  /**
   * A shorter side with a bound on the longer one, bounds on both sides, or a size.
   *
   * @param edge the shorter side if the key is absent
   * @param longest bounds the longer side where the key is absent or a number
   */
  TargetSize boundedSize(String key, int edge, int longest) {
    if (!json.has(key)) {
      return new TargetSize.Bounded(edge, longest);
    }
    JsonNode value = json.get(key);
    if (value.isNumber()) {
      return new TargetSize.Bounded(side(value, key), longest);
    }
    if (value.isObject() && value.has("max_height") && value.has("max_width")) {
      return new TargetSize.Within(side(value, key, "max_height"), side(value, key, "max_width"));
    }
    if (value.isObject() && value.has("shortest_edge") && value.has("longest_edge")) {
      return new TargetSize.Bounded(
          side(value, key, "shortest_edge"), side(value, key, "longest_edge"));
    }
    if (size(key, side -> null) instanceof TargetSize.Fixed size) {
      return size;
    }
    throw invalid(key, "{shortest_edge, longest_edge}, {max_height, max_width} or {height, width}");
  }

  /** The shorter side under {@code size}. */
  int shortestEdge(int defaultValue) {
    if (!json.has("size")) {
      return defaultValue;
    }
    if (size("size", TargetSize.ShortestEdge::new) instanceof TargetSize.ShortestEdge shortest) {
      return shortest.edge();
    }
    throw invalid("size", "a number or {shortest_edge}");
  }

  /** The share of the side that a crop leaves, {@code crop_pct}. */
  double cropShare() {
    double share = json.getDouble("crop_pct", 224.0 / 256);
    if (!(share > 0 && share <= 1)) {
      throw invalid("crop_pct", "more than 0, at most 1");
    }
    return share;
  }

  /** The pairs of height and width under a key; at least one. */
  List<TargetSize.Fixed> pairs(String key) {
    List<TargetSize.Fixed> pairs =
        json.getList(key).stream().map(value -> pair(value, key)).toList();
    if (pairs.isEmpty()) {
      throw new InvalidModelException(
          json.origin() + " has no " + key + "; expected a list of [height, width]");
    }
    return pairs;
  }

  /** The side of the square under a key, {@code {"longest_edge": side}}. */
  int squareSide(String key) {
    if (size(key, TargetSize.LongestEdge::new) instanceof TargetSize.LongestEdge square) {
      return square.edge();
    }
    throw invalid(key, "{longest_edge}");
  }

  /** Rescaling and normalisation, as far as their flags are set. */
  PixelScaling scaling(Normalization defaultValue) {
    double factor = flag("do_rescale", true) ? json.getDouble("rescale_factor", 1.0 / 255) : 1;
    if (!Double.isFinite(factor)) {
      throw invalid("rescale_factor", "a finite number");
    }
    if (!flag("do_normalize", true)) {
      return new PixelScaling(factor, new float[3], new float[] {1, 1, 1});
    }
    float[] mean = perChannel("image_mean", defaultValue.mean());
    float[] std = perChannel("image_std", defaultValue.std());
    if (!PixelScaling.isValid(mean, std)) {
      throw new InvalidModelException(
          "%s: image_mean is %s and image_std %s; expected 3 finite numbers each, image_std above 0"
              .formatted(json.origin(), Arrays.toString(mean), Arrays.toString(std)));
    }
    return new PixelScaling(factor, mean, std);
  }

  private float[] perChannel(String key, float[] defaultValue) {
    if (!json.has(key)) {
      return defaultValue;
    }
    JsonNode node = json.get(key);
    float one = node.isNumber() ? (float) node.asDouble() : 0;
    return node.isNumber() ? new float[] {one, one, one} : node.asFloats();
  }

  private TargetSize.Fixed pair(JsonNode value, String key) {
    List<JsonNode> sides = value.asList();
    if (sides.size() != 2) {
      throw invalid(key, "[height, width]");
    }
    return new TargetSize.Fixed(side(sides.get(0), key), side(sides.get(1), key));
  }

  private int side(JsonNode size, String key, String name) {
    return side(size.get(name), key + "." + name);
  }

  private int side(JsonNode value, String key) {
    int side = value.asInt();
    if (side < 1 || side > MAX_SIDE) {
      throw new InvalidModelException(
          "%s: %s is %d; expected 1 to %d pixels".formatted(json.origin(), key, side, MAX_SIDE));
    }
    return side;
  }

  private InvalidModelException invalid(String key, String expected) {
    return new InvalidModelException(
        "%s: %s is %s; expected %s".formatted(json.origin(), key, json.get(key), expected));
  }
}

package io.vlm4j.models.rcnn;

import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.error.InvalidModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tensors do not say. Keys are those of torchvision's constructors, and what is missing is as
 * there.
 *
 * @param minSize shorter side of the resized image
 * @param maxSize the longer side is no longer than this
 * @param fixedSize width and height whatever the image's; empty for the rule above
 * @param divisor padded sides are multiples of it
 * @param mean [3] of red, green and blue
 * @param std [3] of red, green and blue
 * @param anchorSizes sides of the anchors of each level
 * @param aspectRatios height by width of the anchors of each level
 * @param poolsLast the pyramid has a coarser level, every second place of its last
 * @param rpn how proposals are chosen
 * @param boxPool how the boxes' regions are cut out
 * @param maskPool how the masks' regions are cut out
 * @param boxWeights divisors of the predicted shifts and scales
 * @param thresholds of detections
 * @param mostDetections in an image
 * @param normEpsilon of the backbone's norms
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RcnnConfig(
    int minSize,
    int maxSize,
    Optional<int[]> fixedSize,
    int divisor,
    float[] mean,
    float[] std,
    List<float[]> anchorSizes,
    List<float[]> aspectRatios,
    boolean poolsLast,
    Proposals rpn,
    PoolConfig boxPool,
    PoolConfig maskPool,
    float[] boxWeights,
    DetectionOptions thresholds,
    int mostDetections,
    double normEpsilon) {
  private static final Pattern EPSILON =
      Pattern.compile("\\beps(?:ilon)?\\s*=?\\s*([0-9][0-9.e-]*)");

  /**
   * How proposals are chosen.
   *
   * @param before best places of each level
   * @param after proposals of an image at most
   * @param overlap of two proposals of a level
   * @param threshold least score
   */
  record Proposals(int before, int after, double overlap, double threshold) {}

  RcnnConfig {
    if (minSize < 1 || maxSize < 1 || divisor < 1 || rpn.before() < 1 || rpn.after() < 1) {
      throw new InvalidModelException(
          "min_size %d, max_size %d, size_divisible %d and proposals (%d, then %d) must be positive"
              .formatted(minSize, maxSize, divisor, rpn.before(), rpn.after()));
    }
    requireLength("image_mean", mean, 3);
    requireLength("image_std", std, 3);
    requireLength("box_coder_weights", boxWeights, 4);
  }

  private static void requireLength(String name, float[] values, int length) {
    if (values.length != length) {
      throw new InvalidModelException(
          name + " has " + values.length + " numbers; expected " + length);
    }
  }

  static RcnnConfig of(JsonNode json, boolean originalCoco) {
    JsonNode anchors = json.objectOrEmpty("rpn_anchor_generator");
    List<float[]> sizes =
        lists(either(json, anchors, "anchor_sizes", "sizes"), new float[] {32, 64, 128, 256, 512});
    return new RcnnConfig(
        last(json, "min_size", 800),
        json.getInt("max_size", 1333),
        json.optional("fixed_size").map(JsonNode::asInts),
        json.getInt("size_divisible", 32),
        floats(json, "image_mean", 0.485f, 0.456f, 0.406f),
        floats(json, "image_std", 0.229f, 0.224f, 0.225f),
        sizes,
        ratios(either(json, anchors, "aspect_ratios", "aspect_ratios"), sizes.size()),
        poolsLast(json),
        new Proposals(
            json.getInt("rpn_pre_nms_top_n", json.getInt("rpn_pre_nms_top_n_test", 1000)),
            json.getInt("rpn_post_nms_top_n", json.getInt("rpn_post_nms_top_n_test", 1000)),
            json.getDouble("rpn_nms_thresh", 0.7),
            json.getDouble("rpn_score_thresh", 0)),
        PoolConfig.of(json.objectOrEmpty("box_roi_pool"), 7),
        PoolConfig.of(json.objectOrEmpty("mask_roi_pool"), 14),
        floats(
            json,
            json.has("bbox_reg_weights") ? "bbox_reg_weights" : "box_coder_weights",
            10,
            10,
            5,
            5),
        new DetectionOptions(
            json.getDouble("box_score_thresh", 0.05), json.getDouble("box_nms_thresh", 0.5)),
        json.getInt("box_detections_per_img", 100),
        epsilon(json, originalCoco ? 0 : 1e-5));
  }

  /** Training knows several sizes; the last one counts. */
  private static int last(JsonNode json, String key, int defaultValue) {
    if (!json.has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    if (!value.isArray()) {
      return value.asInt();
    }
    int[] all = value.asInts();
    return all.length == 0 ? defaultValue : all[all.length - 1];
  }

  private static Optional<JsonNode> either(
      JsonNode json, JsonNode nested, String key, String inside) {
    return json.optional(key).or(() -> nested.optional(inside));
  }

  /** A list for each level; a plain list of numbers is one number for each. */
  private static List<float[]> lists(Optional<JsonNode> given, float[] defaultValue) {
    if (given.isPresent() && given.get().asList().stream().anyMatch(JsonNode::isArray)) {
      return given.get().asList().stream().map(JsonNode::asFloats).toList();
    }
    float[] flat = given.map(JsonNode::asFloats).orElse(defaultValue);
    List<float[]> lists = new ArrayList<>();
    for (float value : flat) {
      lists.add(new float[] {value});
    }
    return lists;
  }

  /** A list for each level; a plain list of numbers is for all. */
  private static List<float[]> ratios(Optional<JsonNode> given, int levels) {
    if (given.isPresent() && given.get().asList().stream().anyMatch(JsonNode::isArray)) {
      return given.get().asList().stream().map(JsonNode::asFloats).toList();
    }
    float[] each = given.map(JsonNode::asFloats).orElse(new float[] {0.5f, 1, 2});
    return Collections.nCopies(levels, each);
  }

  /** Absent means torchvision's default; null, false or "none" no coarser level. */
  private static boolean poolsLast(JsonNode json) {
    String key = "fpn_extra_level";
    if (!json.keys().contains(key)) {
      return true;
    }
    return json.has(key)
        && !List.of("none", "false", "").contains(text(json.get(key)).toLowerCase(Locale.ROOT));
  }

  /** Also where a backbone is described in words ("frozen batch norm eps 1e-5"). */
  private static double epsilon(JsonNode json, double defaultValue) {
    JsonNode backbone = json.optional("backbone").filter(JsonNode::isObject).orElse(json);
    for (JsonNode node : List.of(json, backbone)) {
      for (String key : List.of("norm_eps", "batch_norm_eps")) {
        if (node.has(key)) {
          return node.getDouble(key);
        }
      }
    }
    Matcher words = EPSILON.matcher(json.optional("backbone").map(RcnnConfig::text).orElse(""));
    try {
      return words.find() ? Double.parseDouble(words.group(1)) : defaultValue;
    } catch (NumberFormatException e) {
      return defaultValue;
    }
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.asString() : node.toString();
  }

  private static float[] floats(JsonNode json, String key, float... defaultValue) {
    return json.optional(key).map(JsonNode::asFloats).orElse(defaultValue);
  }
}

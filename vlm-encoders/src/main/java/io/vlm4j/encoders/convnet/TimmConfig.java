package io.vlm4j.encoders.convnet;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@code config.json} of timm 1.0: the name of an architecture, and the arguments that change its
 * defaults.
 *
 * @param json the file
 */
public record TimmConfig(JsonNode json) {
  /** Arguments that say nothing of a network at rest, or that the head alone heeds. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          "num_classes",
          "drop_rate",
          "drop_path_rate",
          "drop_block_rate",
          "zero_init_last",
          "zero_init_fc",
          "pretrained");

  /** The architecture without the tag of a training recipe, {@code resnet50} for example. */
  public String architecture() {
    return json.getString("architecture").split("\\.", 2)[0];
  }

  /** Side of the training images. */
  public int imageSize() {
    JsonNode cfg = json.objectOrEmpty("pretrained_cfg");
    List<JsonNode> size = cfg.getList("input_size");
    return size.size() == 3 ? size.get(1).asInt() : 224;
  }

  /**
   * The arguments of the network: those given, then the architecture's own, then the defaults.
   *
   * @param defaults the keys that are known, with the values that they have if nobody gives them
   * @throws UnsupportedModelException if another argument is given
   */
  public JsonNode arguments(JsonNode ofArchitecture, JsonNode defaults) {
    JsonNode given = json.objectOrEmpty("model_args");
    requireAverage("global_pool", json);
    requireAverage("model_args.global_pool", given);
    if (given.getInt("output_stride", 32) != 32) {
      throw unsupported("output_stride", given.get("output_stride"), "32");
    }
    Set<String> known = defaults.keys();
    for (String key : given.keys()) {
      boolean off = !given.has(key) || given.get(key).toString().equals("false");
      boolean handled = known.contains(key) || OF_TRAINING.contains(key);
      if (!off && !handled && !key.equals("global_pool") && !key.equals("output_stride")) {
        throw new UnsupportedModelException(
            "%s: model_args.%s is not supported for %s; supported are %s"
                .formatted(
                    json.origin(), key, architecture(), String.join(", ", new TreeSet<>(known))));
      }
    }
    String[] keys = known.toArray(String[]::new);
    return given.withFallback(ofArchitecture, keys).withFallback(defaults, keys);
  }

  /** An error about one argument. */
  public UnsupportedModelException unsupported(String key, JsonNode value, String expected) {
    return new UnsupportedModelException(
        "%s: model_args.%s is %s; supported: %s".formatted(json.origin(), key, value, expected));
  }

  /** One number for each of the stages. */
  public List<Integer> stages(JsonNode arguments, String key) {
    List<Integer> numbers = arguments.getList(key).stream().map(JsonNode::asInt).toList();
    if (numbers.isEmpty() || numbers.stream().anyMatch(n -> n < 1)) {
      throw new InvalidModelException(
          "%s: model_args.%s is %s; expected positive numbers"
              .formatted(json.origin(), key, numbers));
    }
    return numbers;
  }

  private void requireAverage(String name, JsonNode node) {
    String pooling = node.getString("global_pool", "avg");
    if (!pooling.equals("avg")) {
      throw new UnsupportedModelException(
          "%s: %s is '%s'; supported: avg".formatted(json.origin(), name, pooling));
    }
  }
}

package io.vlm4j.models.vision;

import io.vlm4j.config.JsonNode;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The classes of a classifier, and what its logits say of them.
 *
 * @param size number of classes
 * @param names of classes by their place in the logits; the hub leaves out names such as LABEL_0
 * @param independent an image may show several classes or none: each has a probability of its own
 */
public record ClassLabels(int size, Map<String, String> names, boolean independent) {
  /** Copies the map. */
  public ClassLabels {
    names = Map.copyOf(names);
  }

  /**
   * Reads {@code id2label}, or timm's {@code label_names}; without both {@code num_labels} or
   * {@code num_classes}. {@code problem_type} says whether classes are independent.
   */
  public static ClassLabels of(JsonNode config) {
    Map<String, String> names = names(config);
    int size =
        names.isEmpty()
            ? config.getInt("num_labels", config.getInt("num_classes", 2))
            : names.size();
    boolean several = config.getString("problem_type", "").equals("multi_label_classification");
    return new ClassLabels(size, names, several || size == 1);
  }

  /**
   * The classes with their probabilities, the likeliest first.
   *
   * @param logits float32 [1, classes]
   */
  public List<ClassProbability> probabilities(Tensor logits) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor shares =
          independent ? KernelLibrary.shared().call("sigmoid", logits) : logits.softmax();
      float[] values = shares.toFloats();
      return IntStream.range(0, size)
          .mapToObj(i -> new ClassProbability(i, name(i), values[i]))
          .sorted(Comparator.comparingDouble(ClassProbability::probability).reversed())
          .toList();
    }
  }

  private String name(int index) {
    return names.getOrDefault(Integer.toString(index), "LABEL_" + index);
  }

  private static Map<String, String> names(JsonNode config) {
    Map<String, String> names = new HashMap<>();
    List<JsonNode> listed = config.getList("label_names");
    for (int i = 0; i < listed.size(); i++) {
      names.put(Integer.toString(i), listed.get(i).asString());
    }
    JsonNode labels = config.objectOrEmpty("id2label");
    labels.keys().forEach(index -> names.put(index, labels.getString(index)));
    return names;
  }
}

package io.vlm4j.train;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.SafetensorsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code reference/train_connector.py} wrote for one kind of connector. */
final class Goldens {
  static final PromptTemplate PROMPT =
      new PromptTemplate("", "Look: {content}\n", "", "", "\n", "<image>", "a dog");

  private static final JsonNode CASES = JsonNode.read(TestData.path("training/cases.json"));

  private final JsonNode own;
  private final SafetensorsFile file;

  Goldens(String connector) {
    own = CASES.get(connector);
    file = SafetensorsFile.open(TestData.path("training/" + connector + ".safetensors"));
  }

  TrainingParts parts() {
    return new TrainingParts(
        TestData.path(TinyModels.ENCODER),
        FeatureSelection.LAST_PATCHES,
        1,
        1,
        TestData.path(TinyModels.LANGUAGE_MODEL),
        PROMPT,
        (features, language) ->
            new ConnectorStart.Weighted(
                own.get("connector"),
                own.optional("cross_attention").filter(JsonNode::isObject),
                below("weight/")));
  }

  /** Tensors under a prefix, by the rest of their names. */
  Map<String, Tensor> below(String prefix) {
    return below(file, prefix, "");
  }

  /** Tensors under a prefix and then another, by their names without the first. */
  static Map<String, Tensor> below(SafetensorsFile file, String prefix, String next) {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix + next)) {
        tensors.put(name.substring(prefix.length()), file.load(name));
      }
    }
    return tensors;
  }

  float[] losses() {
    return file.load("losses").toFloats();
  }

  /** Four images of 4 x 4 patches; made so that they can take part in gradients. */
  ImageFeatures features() {
    try (Autograd autograd = Autograd.open()) {
      return new ImageFeatures(file.load("features").copy(), 0, 4, 4);
    }
  }

  List<List<int[]>> captions() {
    List<List<int[]>> captions = new ArrayList<>();
    for (JsonNode image : CASES.getList("captions")) {
      captions.add(image.asList().stream().map(JsonNode::asInts).toList());
    }
    return captions;
  }

  static int[] ids(String name) {
    return CASES.get(name).asInts();
  }
}

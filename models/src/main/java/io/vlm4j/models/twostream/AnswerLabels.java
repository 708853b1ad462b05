package io.vlm4j.models.twostream;

import io.vlm4j.config.JsonNode;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.vision.ClassLabels;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of the answers that a model chooses from.
 *
 * @param configured those of the configuration
 * @param listed those of a file beside the weights
 */
record AnswerLabels(ClassLabels configured, Map<String, String> listed) {
  /** LXMERT's lists lie beside the weights under these names. */
  private static final List<String> FILES = List.of("trainval_label2ans.json", "label2ans.json");

  /** Copies the map. */
  AnswerLabels {
    listed = Map.copyOf(listed);
  }

  /** Reads {@code id2label}, and a JSON list in {@code trainval_label2ans.json} if there is one. */
  static AnswerLabels of(ModelFolder folder) {
    Map<String, String> names = new HashMap<>();
    for (String file : FILES) {
      Path path = folder.path().resolve(file);
      if (names.isEmpty() && Files.exists(path)) {
        List<JsonNode> answers = JsonNode.read(path).asList();
        for (int i = 0; i < answers.size(); i++) {
          names.put(Integer.toString(i), answers.get(i).asString());
        }
      }
    }
    return new AnswerLabels(ClassLabels.of(folder.config()), names);
  }

  /**
   * The answers with their probabilities, the likeliest first; LABEL_0 and so on where nothing
   * names as many as there are.
   *
   * @param logits float32 [answers]
   */
  List<ClassProbability> probabilities(Tensor logits) {
    int size = logits.size(0);
    if (configured.names().size() == size) {
      return configured.probabilities(logits);
    }
    Map<String, String> names = listed.size() == size ? listed : Map.of();
    boolean independent = configured.size() > 1 && configured.independent();
    return new ClassLabels(size, names, independent).probabilities(logits);
  }
}

package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a run needs to go on exactly: weights, the optimizer's moments, the step, and the
 * options that decide what comes next. The order of the data follows from the seed and the step.
 */
final class Checkpoint {
  private static final String WEIGHT = "weight/";
  private static final String MEAN = "mean/";
  private static final String SQUARE = "square/";
  private static final String STEP = "step";

  private Checkpoint() {}

  /** Writes a file; whoever looks sees the one before or all of this one. */
  static void write(
      Path file, int step, Map<String, String> options, Parameters parameters, AdamW optimizer) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.byName().forEach((name, tensor) -> tensors.put(WEIGHT + name, tensor));
    optimizer.means().forEach((name, tensor) -> tensors.put(MEAN + name, tensor));
    optimizer.squares().forEach((name, tensor) -> tensors.put(SQUARE + name, tensor));
    Map<String, String> metadata = new TreeMap<>(options);
    metadata.put(STEP, Integer.toString(step));
    SafetensorsWriter.write(file, tensors, metadata);
  }

  /**
   * Reads a file.
   *
   * @param options those of the run that goes on
   * @throws VlmException if it was made with other options
   */
  static Restored read(Path file, Map<String, String> options) {
    SafetensorsFile source = SafetensorsFile.open(file);
    Map<String, String> metadata = source.metadata();
    options.forEach(
        (key, value) -> {
          if (!value.equals(metadata.get(key))) {
            throw new VlmException(
                "%s was made with %s = %s, this run has %s; give the same options to go on"
                    .formatted(file, key, metadata.get(key), value));
          }
        });
    double weightDecay = Double.parseDouble(options.get("weight_decay"));
    try (TensorScope scope = TensorScope.open()) {
      Parameters parameters = Parameters.of(below(source, WEIGHT));
      AdamW optimizer =
          AdamW.of(parameters, weightDecay, below(source, MEAN), below(source, SQUARE));
      return new Restored(Integer.parseInt(metadata.get(STEP)), parameters, optimizer);
    }
  }

  private static Map<String, Tensor> below(SafetensorsFile source, String prefix) {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (String name : source.names()) {
      if (name.startsWith(prefix)) {
        tensors.put(name.substring(prefix.length()), source.load(name));
      }
    }
    return tensors;
  }

  /**
   * What was read.
   *
   * @param step how many steps were done
   */
  record Restored(int step, Parameters parameters, AdamW optimizer) {}
}

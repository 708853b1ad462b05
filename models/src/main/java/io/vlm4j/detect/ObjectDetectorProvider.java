package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import java.nio.file.Path;
import java.util.Set;

/** Opens one kind of object detectors. Found by {@link java.util.ServiceLoader}. */
public interface ObjectDetectorProvider {
  /** The {@code model_type} values that this provider is known by. */
  Set<String> modelTypes();

  /** True if a folder with this {@code config.json} holds the kind. */
  default boolean opens(JsonNode config) {
    return modelTypes().contains(config.getString("model_type", ""));
  }

  /** Opens a folder, with the adapter that the options name, if they name one. */
  ObjectDetector load(Path folder, LoadOptions options);
}

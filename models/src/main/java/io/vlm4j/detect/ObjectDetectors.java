package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The object detectors that can be opened. */
public final class ObjectDetectors {
  private ObjectDetectors() {}

  /** The provider for a {@code config.json}. */
  public static Optional<ObjectDetectorProvider> find(JsonNode config) {
    return providers().filter(provider -> provider.opens(config)).findFirst();
  }

  static ObjectDetector load(Path folder, LoadOptions options) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      throw new InvalidModelException(folder + " is no model folder: it has no config.json");
    }
    JsonNode config = JsonNode.read(file);
    return find(config).orElseThrow(() -> unsupported(folder, config)).load(folder, options);
  }

  private static UnsupportedModelException unsupported(Path folder, JsonNode config) {
    return new UnsupportedModelException(
        "%s holds no object detector: model_type '%s'; supported are %s"
            .formatted(
                folder, config.getString("model_type", ""), String.join(", ", modelTypes())));
  }

  /** The {@code model_type} values that can be opened. */
  public static SortedSet<String> modelTypes() {
    TreeSet<String> types = new TreeSet<>();
    providers().forEach(provider -> types.addAll(provider.modelTypes()));
    return types;
  }

  private static Stream<ObjectDetectorProvider> providers() {
    return ServiceLoader.load(ObjectDetectorProvider.class).stream()
        .map(ServiceLoader.Provider::get);
  }
}

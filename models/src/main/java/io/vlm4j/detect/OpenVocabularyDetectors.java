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

/** The open-vocabulary detectors that can be opened. */
public final class OpenVocabularyDetectors {
  private OpenVocabularyDetectors() {}

  /** The provider for a {@code model_type}. */
  public static Optional<OpenVocabularyDetectorProvider> find(String modelType) {
    return providers().filter(p -> p.modelTypes().contains(modelType)).findFirst();
  }

  static OpenVocabularyDetector load(Path folder, LoadOptions options) {
    Path config = folder.resolve("config.json");
    if (!Files.exists(config)) {
      throw new InvalidModelException(
          folder + " has no config.json; expected a folder as the hub lays it out");
    }
    String modelType = JsonNode.read(config).getString("model_type");
    return find(modelType).orElseThrow(() -> unsupported(folder, modelType)).load(folder, options);
  }

  private static UnsupportedModelException unsupported(Path folder, String modelType) {
    return new UnsupportedModelException(
        "%s holds no open-vocabulary detector: model_type '%s'; supported are %s"
            .formatted(folder, modelType, String.join(", ", modelTypes())));
  }

  /** The {@code model_type} values that can be opened. */
  public static SortedSet<String> modelTypes() {
    TreeSet<String> types = new TreeSet<>();
    providers().forEach(provider -> types.addAll(provider.modelTypes()));
    return types;
  }

  private static Stream<OpenVocabularyDetectorProvider> providers() {
    return ServiceLoader.load(OpenVocabularyDetectorProvider.class).stream()
        .map(ServiceLoader.Provider::get);
  }
}

package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The region encoders that can be opened. */
public final class RegionEncoders {
  private RegionEncoders() {}

  /**
   * Opens a model folder.
   *
   * @throws InvalidModelException if it is missing, damaged or inconsistent
   * @throws UnsupportedModelException if it holds no model of this kind
   */
  public static RegionEncoder load(Path folder, LoadOptions options) {
    Path config = folder.resolve("config.json");
    if (!Files.exists(config)) {
      throw new InvalidModelException(
          folder + " has no config.json; expected a folder with a detector");
    }
    String modelType = JsonNode.read(config).getString("model_type", "");
    return providers()
        .filter(provider -> provider.modelTypes().contains(modelType))
        .findFirst()
        .orElseThrow(() -> unsupported(folder, modelType))
        .load(folder, options);
  }

  private static UnsupportedModelException unsupported(Path folder, String modelType) {
    TreeSet<String> types = new TreeSet<>();
    providers().forEach(provider -> types.addAll(provider.modelTypes()));
    return new UnsupportedModelException(
        "%s finds no regions: model_type '%s'; supported are %s"
            .formatted(folder, modelType, types.isEmpty() ? "none" : String.join(", ", types)));
  }

  private static Stream<RegionEncoderProvider> providers() {
    return ServiceLoader.load(RegionEncoderProvider.class).stream()
        .map(ServiceLoader.Provider::get);
  }
}

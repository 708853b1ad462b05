package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens one kind of vision-language model. Found by {@link java.util.ServiceLoader}. */
public interface SystemProvider {
  /** The {@code model_type} values of the folders that this provider opens. */
  Set<String> modelTypes();

  /**
   * Opens a folder.
   *
   * @param folder its {@link ModelFolder#weights()} have the adapter in them that was asked for
   * @param options without an adapter
   */
  VisionLanguageModel load(ModelFolder folder, LoadOptions options);

  /**
   * The checkpoint's names, under {@code encoder.}, {@code connector.} and {@code language_model.}:
   * what {@code vlm inspect} counts.
   */
  NameMap names();

  /** The system's own weights; nothing if all its parts have folders of their own. */
  default Optional<WeightSource> weights(ModelFolder folder) {
    return Optional.of(folder.weights());
  }

  /** The system's own weights under {@link #names()}. */
  default Weights openWeights(ModelFolder folder, LoadOptions options) {
    WeightSource source =
        weights(folder)
            .orElseThrow(() -> new InvalidModelException(folder.path() + " has no weights"));
    return Weights.of(source, options.placement(), options.progress()).mapped(names());
  }

  /** The parts that have folders or files of their own, by their role. */
  default Map<String, Path> partFolders(ModelFolder folder) {
    return Map.of();
  }
}

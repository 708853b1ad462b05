package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import java.util.Set;

/** Opens one kind of vision-language model. Found by {@link java.util.ServiceLoader}. */
public interface SystemProvider {
  /** The {@code model_type} values of the folders that this provider opens. */
  Set<String> modelTypes();

  /** The weights of a folder; a system's parts may lie in files of their own. */
  default WeightSource weights(ModelFolder folder) {
    return folder.weights();
  }

  /** Opens a folder. */
  VisionLanguageModel load(ModelFolder folder, LoadOptions options);

  /**
   * The checkpoint's names, under {@code encoder.}, {@code connector.} and {@code language_model.}:
   * what {@code vlm inspect} counts.
   */
  NameMap names();
}

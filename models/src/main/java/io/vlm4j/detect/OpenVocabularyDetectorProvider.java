package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import java.nio.file.Path;
import java.util.Set;

/** Opens one kind of open-vocabulary detectors. Found by {@link java.util.ServiceLoader}. */
public interface OpenVocabularyDetectorProvider {
  /** The {@code model_type} values of the folders that this provider opens. */
  Set<String> modelTypes();

  /** Opens a folder, with the adapter that the options name, if they name one. */
  OpenVocabularyDetector load(Path folder, LoadOptions options);
}

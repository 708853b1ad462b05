package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import java.nio.file.Path;
import java.util.Set;

/** Opens one kind of region encoders. Found by {@link java.util.ServiceLoader}. */
public interface RegionEncoderProvider {
  /** The {@code model_type} values of the folders that this provider opens. */
  Set<String> modelTypes();

  /** Opens a folder. */
  RegionEncoder load(Path folder, LoadOptions options);
}

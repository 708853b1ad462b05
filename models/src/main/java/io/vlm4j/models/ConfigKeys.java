package io.vlm4j.models;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Set;
import java.util.TreeSet;

/** The keys of configurations that have no published class, so that each one may matter. */
public final class ConfigKeys {
  /** What says nothing of the network. */
  private static final Set<String> OF_FILES =
      Set.of(
          "model_type",
          "architectures",
          "dtype",
          "torch_dtype",
          "transformers_version",
          "_name_or_path",
          "dropout",
          "tensors");

  private ConfigKeys() {}

  /**
   * Checks that all keys are known. A key that is switched off ({@code null} or {@code false})
   * counts as absent.
   *
   * @param part what errors call the object, with a dot at its end; empty for the whole file
   * @throws UnsupportedModelException that names the first key that is not
   */
  public static void requireKnown(JsonNode config, String part, Set<String> known) {
    for (String key : config.keys()) {
      boolean off = !config.has(key) || config.get(key).toString().equals("false");
      if (!off && !known.contains(key) && !OF_FILES.contains(key)) {
        throw new UnsupportedModelException(
            "%s: %s%s is not supported; supported are %s"
                .formatted(config.origin(), part, key, String.join(", ", new TreeSet<>(known))));
      }
    }
  }
}

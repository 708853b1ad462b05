package io.vlm4j.cli;

import io.vlm4j.error.InvalidImageException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that are worth making before a model is loaded. */
final class Images {
  private Images() {}

  static void requireReadable(Path image) {
    if (!Files.isRegularFile(image)) {
      throw new InvalidImageException(
          Files.exists(image) ? image + " is not a file" : "no image file " + image);
    }
  }
}

package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads whole image files, with errors that say what is wrong with the path. */
final class ImageFiles {
  /** No picture within the limits of {@link DecodeOptions} is stored in more. */
  private static final long MAX_BYTES = 1L << 30;

  private ImageFiles() {}

  static byte[] bytes(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new InvalidImageException("no image file " + file + "; check the path");
      }
      if (!Files.isRegularFile(file)) {
        throw new InvalidImageException(file + " is not a file; give the path of an image file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidImageException(
            "%s has %d bytes; an image file may have at most %d"
                .formatted(file, Files.size(file), MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidImageException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new InvalidImageException(
          file + " does not fit into memory; raise the heap (-Xmx) or use a smaller image", e);
    }
  }
}

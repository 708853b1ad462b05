package io.vlm4j.cli;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks that are worth making before a model is loaded. */
final class Images {
  private Images() {}

  static void requireReadable(Path image) {
    if (!Files.isRegularFile(image)) {
      throw new InvalidImageException(
          Files.exists(image) ? image + " is not a file" : "no image file " + image);
    }
  }

  /** Files as they are, and of folders the images right in them, by name. */
  static List<Path> files(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        files.addAll(inFolder(path));
      } else {
        requireReadable(path);
        files.add(path);
      }
    }
    return files;
  }

  private static List<Path> inFolder(Path folder) {
    try (Stream<Path> content = Files.list(folder)) {
      List<Path> images = content.filter(Images::isImage).sorted().toList();
      if (images.isEmpty()) {
        throw new InvalidImageException("no image files in the folder " + folder);
      }
      return images;
    } catch (IOException e) {
      throw new InvalidImageException(
          "cannot list the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isImage(Path file) {
    return Files.isRegularFile(file) && Image.isNamedLikeOne(file.getFileName().toString());
  }
}

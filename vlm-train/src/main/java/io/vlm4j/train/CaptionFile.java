package io.vlm4j.train;

import io.vlm4j.data.CaptionFiles;
import io.vlm4j.error.InvalidDataException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Captions to learn from: a file of {@link CaptionFiles} that fits its images. */
public final class CaptionFile {
  private CaptionFile() {}

  /**
   * Reads a file.
   *
   * @param images the names of the images that there are
   * @return the captions of each image, tidied, by the image's name
   * @throws InvalidDataException if a line has no tab, a caption is empty, if a caption's image is
   *     missing or an image has no caption
   */
  public static Map<String, List<String>> read(Path file, Collection<String> images) {
    Set<String> known = new HashSet<>(images);
    Map<String, List<String>> captions = CaptionFiles.references(file);
    captions.forEach(
        (image, own) -> {
          if (!known.contains(image)) {
            throw new InvalidDataException(
                file + " has a caption of " + image + ", which is not among the images");
          }
          if (own.stream().anyMatch(String::isBlank)) {
            throw new InvalidDataException(file + " has an empty caption of " + image);
          }
          own.replaceAll(CaptionFile::tidied);
        });
    for (String image : known) {
      if (!captions.containsKey(image)) {
        throw new InvalidDataException("the image " + image + " has no caption in " + file);
      }
    }
    return captions;
  }

  /**
   * A caption as a sentence: one space between words and none before a mark, a capital at its
   * beginning and a full stop at its end.
   */
  static String tidied(String caption) {
    String text = caption.strip().replaceAll("\\s+", " ").replaceAll(" ([.,;:!?])", "$1");
    if (text.matches(".*[\\p{L}\\p{N}]")) {
      text += ".";
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
  }
}

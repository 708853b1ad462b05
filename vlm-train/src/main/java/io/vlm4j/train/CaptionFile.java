package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Captions of images: lines of an image's name, a tab, and one caption. */
public final class CaptionFile {
  private CaptionFile() {}

  /**
   * Reads a file.
   *
   * @param images the names of the images that there are
   * @return the captions of each image, tidied, by the image's name
   * @throws VlmException if a line has no tab or no caption, if a caption's image is missing or an
   *     image has no caption
   */
  public static Map<String, List<String>> read(Path file, Collection<String> images) {
    Set<String> known = new HashSet<>(images);
    Map<String, List<String>> captions = new TreeMap<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String[] fields = lines.get(i).split("\t", 2);
      String where = file + ", line " + (i + 1);
      if (fields.length < 2 || fields[1].isBlank()) {
        throw new VlmException(where + " has no caption; expected an image, a tab and a caption");
      }
      if (!known.contains(fields[0])) {
        throw new VlmException(
            where + " has a caption of " + fields[0] + ", which is not among the images");
      }
      captions.computeIfAbsent(fields[0], name -> new ArrayList<>()).add(tidied(fields[1]));
    }
    for (String image : known) {
      if (!captions.containsKey(image)) {
        throw new VlmException("the image " + image + " has no caption in " + file);
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

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new VlmException("cannot read the captions " + file + ": " + e, e);
    }
  }
}

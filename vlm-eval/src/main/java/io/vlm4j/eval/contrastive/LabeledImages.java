package io.vlm4j.eval.contrastive;

import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Images with the class that they show. */
public final class LabeledImages {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff");

  private LabeledImages() {}

  /**
   * An image and its class.
   *
   * @param image its name
   * @param label its class, in words
   */
  public record Labeled(String image, String label) {}

  /**
   * Finds the images in the folders of a folder: the name of each folder is a class, {@code _} in
   * it a space.
   *
   * @return by class, then by name; names are relative to the folder
   * @throws InvalidDataException if there are none
   */
  public static List<Labeled> inFolders(Path folder) {
    List<Labeled> found = new ArrayList<>();
    try (Stream<Path> classes = Files.list(folder)) {
      for (Path ofClass : classes.filter(Files::isDirectory).sorted().toList()) {
        String label = ofClass.getFileName().toString().replace('_', ' ');
        try (Stream<Path> files = Files.list(ofClass)) {
          files
              .filter(LabeledImages::isImage)
              .sorted()
              .forEach(f -> found.add(new Labeled(folder.relativize(f).toString(), label)));
        }
      }
    } catch (IOException e) {
      throw new InvalidDataException("cannot list " + folder + ": " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new InvalidDataException(
          folder
              + " has no folders of images; expected one for each class, or name a TSV of labels");
    }
    return found;
  }

  /** Reads lines of an image's name, a tab and its class. */
  public static List<Labeled> inFile(Path tsv) {
    List<Labeled> found = new ArrayList<>();
    DataFiles.forEachLine(
        tsv,
        (line, number) -> {
          int tab = line.indexOf('\t');
          if (tab < 1 || line.substring(tab).isBlank()) {
            throw new InvalidDataException(
                tsv + ", line " + number + " is no image's name, tab and class");
          }
          found.add(new Labeled(line.substring(0, tab), line.substring(tab + 1).strip()));
        });
    if (found.isEmpty()) {
      throw new InvalidDataException(tsv + " is empty; expected lines of image, tab, class");
    }
    return found;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}

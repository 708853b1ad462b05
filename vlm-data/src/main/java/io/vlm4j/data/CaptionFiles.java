package io.vlm4j.data;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Captions in files. */
public final class CaptionFiles {
  private CaptionFiles() {}

  /**
   * Reads lines of an image's name, a tab and a caption; a name has as many captions as lines.
   * Flickr's way of counting them, {@code name.jpg#2}, is understood.
   *
   * @return captions by image, in the order of the file
   * @throws InvalidDataException if the file cannot be read or a line is not such
   */
  public static Map<String, List<String>> references(Path tsv) {
    Map<String, List<String>> captions = new LinkedHashMap<>();
    DataFiles.forEachLine(
        tsv,
        (line, number) -> {
          Named named = Named.ofTabbed(line, tsv, number);
          captions.computeIfAbsent(named.image, image -> new ArrayList<>()).add(named.caption);
        });
    if (captions.isEmpty()) {
      throw new InvalidDataException(
          tsv + " has no captions; expected lines of image, tab, caption");
    }
    return captions;
  }

  /**
   * Reads one caption for each image: lines of an image's name, a tab and the caption, or JSON
   * objects with {@code image} and {@code caption}, as {@code vlm caption --json} prints them. Of a
   * path the last part counts.
   *
   * @throws InvalidDataException if the file cannot be read, a line is not such, or an image comes
   *     twice
   */
  public static Map<String, String> candidates(Path file) {
    Map<String, String> captions = new LinkedHashMap<>();
    DataFiles.forEachLine(
        file,
        (line, number) -> {
          Named named =
              line.startsWith("{")
                  ? DataFiles.readingJson(
                      () -> Named.ofJson(JsonNode.parse(line, file + ", line " + number)))
                  : Named.ofTabbed(line, file, number);
          if (captions.put(named.image, named.caption) != null) {
            throw new InvalidDataException(
                file
                    + ", line "
                    + number
                    + ": a second caption of "
                    + named.image
                    + "; expected one");
          }
        });
    return captions;
  }

  /** An image and a caption of it. */
  private record Named(String image, String caption) {
    static Named ofTabbed(String line, Path file, int number) {
      int tab = line.indexOf('\t');
      if (tab < 1) {
        throw new InvalidDataException(
            file + ", line " + number + " is no image's name, tab and caption");
      }
      return new Named(
          line.substring(0, tab).replaceFirst("#\\d+$", ""), line.substring(tab + 1).strip());
    }

    static Named ofJson(JsonNode json) {
      Path image = Path.of(json.getString("image"));
      return new Named(image.getFileName().toString(), json.getString("caption").strip());
    }
  }
}

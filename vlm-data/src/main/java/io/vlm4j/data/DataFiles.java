package io.vlm4j.data;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Text files of data sets. */
public final class DataFiles {
  private DataFiles() {}

  /** Takes a line and its number, from 1. */
  @FunctionalInterface
  public interface LineReader {
    /** Takes a line. */
    void read(String line, int number);
  }

  /**
   * Runs a reader of JSON, whose errors are about models: here what is wrong is the data.
   *
   * @throws InvalidDataException instead of {@link InvalidModelException}
   */
  public static <T> T readingJson(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (InvalidModelException e) {
      throw new InvalidDataException(e.getMessage(), e);
    }
  }

  /**
   * The rows of a JSON array, or of JSON lines.
   *
   * @throws InvalidDataException if the file cannot be read or is neither
   */
  public static List<JsonNode> jsonRows(Path file) {
    List<String> lines = new ArrayList<>();
    forEachLine(file, (line, number) -> lines.add(line));
    return readingJson(
        () -> {
          if (!lines.isEmpty() && lines.get(0).stripLeading().startsWith("[")) {
            return JsonNode.parse(String.join("\n", lines), file.toString()).asList();
          }
          List<JsonNode> rows = new ArrayList<>();
          for (String line : lines) {
            rows.add(JsonNode.parse(line, file + ", row " + (rows.size() + 1)));
          }
          return rows;
        });
  }

  /**
   * Hands on the lines that are not blank.
   *
   * @throws InvalidDataException if the file cannot be read
   */
  public static void forEachLine(Path file, LineReader reader) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          reader.read(line, number);
        }
      }
    } catch (NoSuchFileException e) {
      throw new InvalidDataException("no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new InvalidDataException(file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new InvalidDataException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}

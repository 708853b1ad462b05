package io.vlm4j.eval;

import io.vlm4j.error.InvalidDataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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

package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of an index.
 *
 * @param folder where they lie
 */
record IndexFiles(Path folder) {
  private static final Pattern ANY = Pattern.compile("(images|vectors|graph)-(\\d{1,18})(\\..*)?");
  private static final Pattern LOG = Pattern.compile("images-(\\d{1,18})\\.log");

  Path log(long generation) {
    return folder.resolve("images-" + generation + ".log");
  }

  /** A log that is not yet whole. */
  Path unfinishedLog(long generation) {
    return folder.resolve("images-" + generation + ".log.part");
  }

  Path vectors(long generation) {
    return folder.resolve("vectors-" + generation + ".bin");
  }

  Path graph(long generation) {
    return folder.resolve("graph-" + generation);
  }

  Path lock() {
    return folder.resolve("lock");
  }

  /** The newest generation that is whole; none if there is no index. */
  OptionalLong latest() {
    return names().stream()
        .map(LOG::matcher)
        .filter(Matcher::matches)
        .mapToLong(name -> Long.parseLong(name.group(1)))
        .max();
  }

  /** Deletes what belongs to other generations, as far as nobody holds it. */
  void deleteAllBut(long generation) {
    for (String name : names()) {
      Matcher file = ANY.matcher(name);
      if (file.matches() && Long.parseLong(file.group(2)) != generation) {
        delete(folder.resolve(name));
      }
    }
  }

  /** Deletes a file or a folder, as far as nobody holds it. */
  static void delete(Path path) {
    try (Stream<Path> found = Files.walk(path)) {
      for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // on some systems a reader keeps a file; the next one to clean up will find it
    }
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new InvalidIndexException(
          "cannot read the index folder " + folder + ": " + e.getMessage(), e);
    }
  }
}

package io.vlm4j.models;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The embedded default: a model folder among the resources of {@code vlm4j-default-weights}. Its
 * files must lie on disk to be memory-mapped, so a jar is unpacked once, into {@code
 * ~/.cache/vlm4j}, or the folder that the system property {@code vlm4j.cache} names.
 */
public final class DefaultModel {
  private static final String RESOURCES = "io/vlm4j/defaultmodel/";
  private static final String INDEX = "index.txt";

  private DefaultModel() {}

  /**
   * The folder, unpacked if need be.
   *
   * @throws InvalidModelException if the weights are not on the class path
   */
  public static Path folder() {
    URL index = DefaultModel.class.getClassLoader().getResource(RESOURCES + INDEX);
    if (index == null) {
      throw new InvalidModelException(
          "the embedded default is not on the class path; add io.vlm4j:vlm4j-default-weights, or"
              + " load a model folder");
    }
    try {
      if (index.getProtocol().equals("file")) {
        return Path.of(index.toURI()).getParent();
      }
      return unpackOnce(index);
    } catch (IOException | URISyntaxException e) {
      throw new InvalidModelException("cannot unpack the embedded default: " + e.getMessage(), e);
    }
  }

  private static Path unpackOnce(URL index) throws IOException {
    String content = read(index);
    Path folder = cache().resolve("default-" + Integer.toHexString(content.hashCode()));
    if (!Files.isDirectory(folder)) {
      unpack(content.lines().filter(line -> !line.isBlank()).toList(), folder);
    }
    return folder;
  }

  /** Unpacks beside the folder and moves it there whole, so that no one sees half of it. */
  private static void unpack(List<String> files, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path temporary = Files.createTempDirectory(folder.getParent(), "unpacking");
    try {
      for (String file : files) {
        Path target = temporary.resolve(file);
        Files.createDirectories(target.getParent());
        try (InputStream in = resource(file)) {
          Files.copy(in, target);
        }
      }
      move(temporary, folder);
    } finally {
      delete(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // another process was faster, with the same files
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static InputStream resource(String file) throws IOException {
    InputStream in = DefaultModel.class.getClassLoader().getResourceAsStream(RESOURCES + file);
    if (in == null) {
      throw new IOException("the jar lacks " + file);
    }
    return in;
  }

  private static String read(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Path cache() {
    String configured = System.getProperty("vlm4j.cache");
    return configured != null
        ? Path.of(configured)
        : Path.of(System.getProperty("user.home"), ".cache", "vlm4j");
  }
}

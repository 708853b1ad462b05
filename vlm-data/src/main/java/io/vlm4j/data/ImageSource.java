package io.vlm4j.data;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Images by name, in a folder or a zip file. Thread-safe. */
public interface ImageSource extends Closeable {
  /**
   * Opens a folder or a zip file.
   *
   * @throws InvalidImageException if it is neither
   */
  static ImageSource open(Path folderOrZip) {
    if (Files.isDirectory(folderOrZip)) {
      return new Folder(folderOrZip);
    }
    if (!Files.exists(folderOrZip)) {
      throw new InvalidImageException("no folder or zip file of images " + folderOrZip);
    }
    try {
      return new Zip(folderOrZip, new ZipFile(folderOrZip.toFile()));
    } catch (IOException e) {
      throw new InvalidImageException(
          folderOrZip + " is neither a folder nor a zip file: " + e.getMessage(), e);
    }
  }

  /** The names of all images, sorted; those in folders below have a path as their name. */
  List<String> names();

  /** True if there is such an image. */
  boolean has(String name);

  /**
   * Fails if any image is missing: better before the work than in the middle.
   *
   * @throws InvalidImageException that names the first
   */
  default void requireAll(Collection<String> names) {
    List<String> missing = names.stream().distinct().filter(name -> !has(name)).toList();
    if (!missing.isEmpty()) {
      throw new InvalidImageException(
          this + " lacks " + missing.size() + " images, the first is " + missing.get(0));
    }
  }

  /** The bytes of an image's file, if it is there. */
  Optional<byte[]> find(String name);

  /** The bytes of an image's file. */
  default byte[] bytes(String name) {
    return find(name).orElseThrow(() -> new InvalidImageException(this + " has no image " + name));
  }

  /**
   * Decodes an image.
   *
   * @throws InvalidImageException if it is not there or damaged
   */
  default Image read(String name) {
    return Image.decode(bytes(name), this + ": " + name);
  }

  private static List<String> sorted(Stream<String> names) {
    return names.filter(Image::isNamedLikeOne).sorted().toList();
  }

  @Override
  void close();

  /** A folder, and those below it as far as names say so. */
  record Folder(Path path) implements ImageSource {
    @Override
    public List<String> names() {
      try (Stream<Path> files = Files.walk(path)) {
        return sorted(
            files
                .filter(Files::isRegularFile)
                .map(file -> path.relativize(file).toString().replace('\\', '/')));
      } catch (IOException | UncheckedIOException e) {
        throw new InvalidImageException("cannot list " + path + ": " + e.getMessage(), e);
      }
    }

    @Override
    public boolean has(String name) {
      return Files.isRegularFile(file(name));
    }

    private Path file(String name) {
      Path file = path.resolve(name).normalize();
      if (!file.startsWith(path.normalize())) {
        throw new InvalidImageException("the image " + name + " lies outside of " + path);
      }
      return file;
    }

    @Override
    public Optional<byte[]> find(String name) {
      if (!has(name)) {
        return Optional.empty();
      }
      Path file = file(name);
      try {
        return Optional.of(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new InvalidImageException("cannot read " + file + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A zip file. */
  record Zip(Path path, ZipFile zip) implements ImageSource {
    @Override
    public List<String> names() {
      return sorted(zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName));
    }

    @Override
    public boolean has(String name) {
      return zip.getEntry(name) != null;
    }

    @Override
    public Optional<byte[]> find(String name) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        return Optional.empty();
      }
      try (var in = zip.getInputStream(entry)) {
        return Optional.of(in.readAllBytes());
      } catch (IOException e) {
        throw new InvalidImageException("cannot read " + name + " in " + path, e);
      }
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new InvalidImageException("cannot close " + path, e);
      }
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}

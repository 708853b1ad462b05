package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Images by name, in a folder or a zip file. Thread-safe. */
public interface ImageSource extends Closeable {
  /** No picture that can be decoded is stored in more. */
  long MAX_BYTES = 1L << 30;

  /**
   * Opens a folder or a zip file.
   *
   * @throws InvalidImageException if it is neither
   */
  static ImageSource open(Path folderOrZip) {
    if (Files.isDirectory(folderOrZip)) {
      return new ImageFolder(folderOrZip);
    }
    if (!Files.isRegularFile(folderOrZip)) {
      throw new InvalidImageException("no folder or zip file of images " + folderOrZip);
    }
    try {
      return ImageZip.open(folderOrZip);
    } catch (IOException e) {
      throw new InvalidImageException(
          folderOrZip + " is neither a folder nor a zip file of images: " + e.getMessage(), e);
    }
  }

  /**
   * The files whose names end like an image's, by name; those in folders below have a path as their
   * name. Folders whose names begin with a dot are left out.
   *
   * @throws InvalidImageException if they cannot be listed
   */
  List<ImageFile> files();

  /** The names of {@link #files()}. */
  default List<String> names() {
    return files().stream().map(ImageFile::name).toList();
  }

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

  /**
   * The bytes of an image's file, if it is there.
   *
   * @throws InvalidImageException if it cannot be read, or is too large for an image
   */
  Optional<byte[]> find(String name);

  /**
   * The bytes of an image's file.
   *
   * @throws InvalidImageException as {@link #find} does, or if it is not there
   */
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

  @Override
  void close();
}

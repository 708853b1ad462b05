package io.vlm4j.train;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Images by name, in a folder or a zip file; those in folders below have a path as their name. */
public abstract sealed class ImageSource implements AutoCloseable {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff");

  /**
   * Opens a folder or a zip file.
   *
   * @throws InvalidImageException if it is neither, or holds no images
   */
  public static ImageSource open(Path path) {
    try {
      ImageSource source = Files.isDirectory(path) ? new Folder(path) : new Zip(path);
      if (source.names().isEmpty()) {
        source.close();
        throw new InvalidImageException(path + " holds no images; expected a folder or a zip file");
      }
      return source;
    } catch (IOException e) {
      throw new InvalidImageException(
          "cannot read images of " + path + " (a folder or a zip file is expected): " + e, e);
    }
  }

  /** The names of all images, sorted. */
  public abstract List<String> names();

  /** The image of a name. */
  public Image read(String name) {
    try {
      return Image.decode(bytes(name), name);
    } catch (IOException e) {
      throw new InvalidImageException("cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  abstract byte[] bytes(String name) throws IOException;

  @Override
  public abstract void close();

  private static boolean isImage(String name) {
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static final class Folder extends ImageSource {
    private final Path path;
    private final List<String> names;

    Folder(Path path) throws IOException {
      this.path = path;
      try (Stream<Path> files = Files.walk(path)) {
        this.names =
            files
                .filter(Files::isRegularFile)
                .map(file -> path.relativize(file).toString().replace('\\', '/'))
                .filter(ImageSource::isImage)
                .sorted()
                .toList();
      }
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    byte[] bytes(String name) throws IOException {
      return Files.readAllBytes(path.resolve(name));
    }

    @Override
    public void close() {}
  }

  private static final class Zip extends ImageSource {
    private final ZipFile zip;
    private final List<String> names;

    Zip(Path path) throws IOException {
      this.zip = new ZipFile(path.toFile());
      this.names =
          zip.stream()
              .filter(entry -> !entry.isDirectory())
              .map(ZipEntry::getName)
              .filter(ImageSource::isImage)
              .sorted()
              .toList();
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    byte[] bytes(String name) throws IOException {
      try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
        return in.readAllBytes();
      }
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new InvalidImageException("cannot close a zip file: " + e.getMessage(), e);
      }
    }
  }
}

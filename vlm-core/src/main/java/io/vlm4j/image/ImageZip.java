package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The images of a zip file. */
record ImageZip(Path path, ZipFile zip) implements ImageSource {
  static ImageZip open(Path path) throws IOException {
    return new ImageZip(path, new ZipFile(path.toFile()));
  }

  /** An entry's dates are those of the packing tool; its checksum tells more. */
  @Override
  public List<ImageFile> files() {
    return zip.stream()
        .filter(entry -> !entry.isDirectory() && Image.isNamedLikeOne(entry.getName()))
        .map(entry -> new ImageFile(entry.getName(), entry.getSize(), entry.getCrc()))
        .sorted(Comparator.comparing(ImageFile::name))
        .toList();
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
      byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new InvalidImageException(
            "%s in %s unpacks to more than %d bytes; an image file may have at most that many"
                .formatted(name, path, MAX_BYTES));
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw new InvalidImageException(
          "cannot read " + name + " in " + path + ": " + e.getMessage(), e);
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

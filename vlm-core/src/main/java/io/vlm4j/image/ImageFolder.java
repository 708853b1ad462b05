package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The images of a folder and of the folders in it. */
record ImageFolder(Path path) implements ImageSource {
  @Override
  public List<ImageFile> files() {
    List<ImageFile> files = new ArrayList<>();
    try {
      Files.walkFileTree(path, new Collector(files));
    } catch (IOException e) {
      throw new InvalidImageException("cannot list " + path + ": " + e.getMessage(), e);
    }
    files.sort(Comparator.comparing(ImageFile::name));
    return files;
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
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InvalidImageException(
            "%s has %d bytes; an image file may have at most %d".formatted(file, size, MAX_BYTES));
      }
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

  private final class Collector extends SimpleFileVisitor<Path> {
    private final List<ImageFile> files;

    Collector(List<ImageFile> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes) {
      boolean hidden =
          found.getFileName() != null && found.getFileName().toString().startsWith(".");
      return hidden && !found.equals(path)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path found, BasicFileAttributes attributes)
        throws IOException {
      if (Image.isNamedLikeOne(found.getFileName().toString()) && Files.isRegularFile(found)) {
        String name = path.relativize(found).toString().replace('\\', '/');
        long written = Files.getLastModifiedTime(found).to(TimeUnit.NANOSECONDS);
        files.add(new ImageFile(name, Files.size(found), written));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path found, IOException e) throws IOException {
      if (found.equals(path)) {
        throw e;
      }
      return FileVisitResult.CONTINUE; // gone meanwhile, or not ours to read
    }
  }
}

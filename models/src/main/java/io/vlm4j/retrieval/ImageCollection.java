package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The images of a folder and of the folders in it, or those of a zip file. */
abstract class ImageCollection implements AutoCloseable {
  /** No picture that can be decoded is stored in more. */
  private static final long MAX_BYTES = 1L << 30;

  private final Path root;

  private ImageCollection(Path root) {
    this.root = root;
  }

  /**
   * Opens a folder or a zip file.
   *
   * @throws InvalidImageException if there is neither
   */
  static ImageCollection open(Path root) {
    if (Files.isDirectory(root)) {
      return new Folder(root);
    }
    if (!Files.isRegularFile(root)) {
      throw new InvalidImageException("no folder and no zip file of images " + root);
    }
    try {
      return new Zip(root, new ZipFile(root.toFile()));
    } catch (IOException e) {
      throw new InvalidImageException(
          "%s is neither a folder nor a zip file of images: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Where an index lies if nobody says where: in the folder, or beside the zip file. */
  static Path defaultIndex(Path root) {
    return Files.isDirectory(root)
        ? root.resolve(".vlm4j-index")
        : root.resolveSibling(root.getFileName() + ".vlm4j-index");
  }

  /** The files whose names end like an image's, by name. */
  final List<ImageFile> list() {
    List<ImageFile> files = new ArrayList<>();
    try {
      list(files);
    } catch (IOException e) {
      throw new InvalidImageException("cannot list " + root + ": " + e.getMessage(), e);
    }
    files.sort(Comparator.comparing(ImageFile::name));
    return files;
  }

  /**
   * The bytes of a file.
   *
   * @throws InvalidImageException if it cannot be read, or is too large for an image
   */
  final byte[] read(ImageFile file) {
    if (file.size() > MAX_BYTES) {
      throw new InvalidImageException(
          "%s has %d bytes; an image file may have at most %d"
              .formatted(file.name(), file.size(), MAX_BYTES));
    }
    try {
      return bytes(file.name());
    } catch (IOException e) {
      throw new InvalidImageException("cannot read " + file.name() + ": " + e.getMessage(), e);
    }
  }

  abstract void list(List<ImageFile> files) throws IOException;

  abstract byte[] bytes(String name) throws IOException;

  @Override
  public abstract void close();

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  private static final class Folder extends ImageCollection {
    private final Path folder;

    Folder(Path folder) {
      super(folder);
      this.folder = folder;
    }

    @Override
    void list(List<ImageFile> files) throws IOException {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes) {
              boolean hidden = found.getFileName().toString().startsWith(".");
              return hidden && !found.equals(folder)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path found, BasicFileAttributes attributes)
                throws IOException {
              if (Image.isNamedLikeOne(found.getFileName().toString())
                  && Files.isRegularFile(found)) {
                String name = folder.relativize(found).toString().replace('\\', '/');
                files.add(
                    new ImageFile(
                        name, Files.size(found), nanos(Files.getLastModifiedTime(found))));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path found, IOException e) throws IOException {
              if (found.equals(folder)) {
                throw e;
              }
              return FileVisitResult.CONTINUE; // gone meanwhile, or not ours to read
            }
          });
    }

    @Override
    byte[] bytes(String name) throws IOException {
      return Files.readAllBytes(folder.resolve(name));
    }

    @Override
    public void close() {}
  }

  private static final class Zip extends ImageCollection {
    private final ZipFile zip;

    Zip(Path file, ZipFile zip) {
      super(file);
      this.zip = zip;
    }

    @Override
    void list(List<ImageFile> files) {
      zip.stream()
          .filter(entry -> !entry.isDirectory() && Image.isNamedLikeOne(entry.getName()))
          .forEach(entry -> files.add(describe(entry)));
    }

    /** An entry's dates are those of the packing tool; its checksum tells more. */
    private static ImageFile describe(ZipEntry entry) {
      return new ImageFile(entry.getName(), entry.getSize(), entry.getCrc());
    }

    @Override
    byte[] bytes(String name) throws IOException {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new IOException("no such entry");
      }
      try (var in = zip.getInputStream(entry)) {
        byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new IOException("it unpacks to more than " + MAX_BYTES + " bytes");
        }
        return bytes;
      }
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new InvalidImageException("cannot close " + zip.getName(), e);
      }
    }
  }
}

package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens weight files, and says what is wrong if it cannot. */
final class WeightFile {
  private WeightFile() {}

  /** Reads a file's header through its channel. */
  interface HeaderReader<T> {
    T read(FileChannel channel) throws IOException;
  }

  /**
   * Opens a file for the time that its header is read.
   *
   * @throws InvalidModelException if there is no such file or it cannot be read
   */
  static <T> T read(Path file, HeaderReader<T> reader) {
    if (!Files.exists(file)) {
      throw new InvalidModelException("no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidModelException(file + " is not a file");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return reader.read(channel);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}

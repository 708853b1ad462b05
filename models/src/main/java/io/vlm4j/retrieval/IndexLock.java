package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The right to change an index: one thread of one process has it, the others wait. */
final class IndexLock implements AutoCloseable {
  /** The system's locks are between processes only. */
  private static final Map<Path, ReentrantLock> WITHIN = new ConcurrentHashMap<>();

  private final ReentrantLock within;
  private final FileChannel channel;

  private IndexLock(ReentrantLock within, FileChannel channel) {
    this.within = within;
    this.channel = channel;
  }

  /**
   * Makes the folder if need be and waits for the right to change it.
   *
   * @throws InvalidIndexException if the folder cannot be written
   */
  static IndexLock acquire(IndexFiles files) {
    try {
      Files.createDirectories(files.folder());
      ReentrantLock within =
          WITHIN.computeIfAbsent(files.folder().toRealPath(), path -> new ReentrantLock());
      within.lock();
      try {
        return new IndexLock(within, locked(files.lock()));
      } catch (IOException | RuntimeException e) {
        within.unlock();
        throw e;
      }
    } catch (IOException e) {
      throw new InvalidIndexException(
          "cannot write the index folder %s (%s); give another one"
              .formatted(files.folder(), e.getMessage()),
          e);
    }
  }

  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock(); // freed with the channel, and by the system if the process dies
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new InvalidIndexException("cannot release the index: " + e.getMessage(), e);
    } finally {
      within.unlock();
    }
  }
}

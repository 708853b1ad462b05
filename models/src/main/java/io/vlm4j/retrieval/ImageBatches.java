package io.vlm4j.retrieval;

import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageFile;
import io.vlm4j.image.ImageSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * Reads files and decodes them, one batch ahead of who takes them. A batch ends at a number of
 * images or of pixels, so that large pictures do not fill the memory.
 */
final class ImageBatches implements AutoCloseable {
  private static final long MAX_PIXELS = 32_000_000;

  private final ImageSource collection;
  private final List<ImageFile> files;
  private final int size;
  private final Predicate<String> isKnown;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "vlm4j-images");
            thread.setDaemon(true);
            return thread;
          });
  private int next;
  private Future<List<Read>> ahead;

  /**
   * A file that was read.
   *
   * @param contentHash of its bytes; empty if there were none
   * @param image the picture; null if the content is known, or not a picture
   * @param error why there is no picture; null if the content is known
   */
  record Read(ImageFile file, String contentHash, Image image, String error) {}

  /**
   * Begins to read.
   *
   * @param isKnown content of that hash need not be decoded; asked by another thread
   */
  ImageBatches(ImageSource collection, List<ImageFile> files, int size, Predicate<String> isKnown) {
    this.collection = collection;
    this.files = files;
    this.size = size;
    this.isKnown = isKnown;
    this.ahead = reader.submit(this::readBatch);
  }

  /** The next batch; empty at the end. */
  List<Read> next() {
    try {
      List<Read> batch = ahead.get();
      if (!batch.isEmpty()) {
        ahead = reader.submit(this::readBatch);
      }
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VlmException("interrupted while reading images", e);
    } catch (ExecutionException e) {
      throw new VlmException("cannot read images: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }

  private List<Read> readBatch() {
    List<Read> batch = new ArrayList<>();
    long pixels = 0;
    int images = 0;
    while (next < files.size() && images < size && pixels < MAX_PIXELS) {
      Read read = read(files.get(next++));
      batch.add(read);
      if (read.image != null) {
        images++;
        pixels += (long) read.image.width() * read.image.height();
      }
    }
    return batch;
  }

  private Read read(ImageFile file) {
    String hash = "";
    try {
      byte[] bytes = collection.bytes(file.name());
      hash = hash(bytes);
      Image image = isKnown.test(hash) ? null : Image.decode(bytes, file.name());
      return new Read(file, hash, image, null);
    } catch (VlmException e) {
      return new Read(file, hash, null, e.getMessage());
    }
  }

  private static String hash(byte... content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}

package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.ImageFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes an index. Whoever opens it holds the {@link IndexLock}. What a method has written is on
 * the disk when it returns, vectors before the lines that speak of them.
 */
final class IndexWriter implements AutoCloseable {
  private final IndexHeader header;
  private final FileChannel log;
  private final VectorFile vectors;
  private final Map<String, IndexEntry> byContent = new HashMap<>();
  private int rows;

  private IndexWriter(IndexContent content, FileChannel log, VectorFile vectors) {
    this.header = content.header();
    this.log = log;
    this.vectors = vectors;
    this.rows = content.rows();
    content.images().forEach(entry -> byContent.put(entry.contentHash(), entry));
  }

  /** Makes an empty index of a generation. */
  static void create(IndexFiles files, IndexHeader header, long generation) {
    writeGeneration(files, header, generation, List.of(), null);
  }

  /**
   * Writes what counts of an index as its next generation.
   *
   * @return that generation
   */
  static IndexContent compact(IndexFiles files, IndexContent content) {
    long next = content.generation() + 1;
    try (VectorFile from =
        VectorFile.open(files.vectors(content.generation()), content.header().rowLength())) {
      writeGeneration(files, content.header(), next, List.copyOf(content.entries().values()), from);
    } catch (IOException e) {
      throw unwritable(files, e);
    }
    files.deleteAllBut(next);
    return IndexContent.read(files).orElseThrow();
  }

  private static void writeGeneration(
      IndexFiles files,
      IndexHeader header,
      long generation,
      List<IndexEntry> entries,
      VectorFile from) {
    List<String> lines = new ArrayList<>(List.of(header.toLine()));
    try {
      Files.deleteIfExists(files.vectors(generation)); // of a process that was killed
      try (VectorFile to = VectorFile.openToWrite(files.vectors(generation), header.rowLength())) {
        Map<Integer, Integer> places = new HashMap<>();
        for (IndexEntry entry : entries) {
          lines.add(moved(entry, from, to, places).toLine());
        }
        to.force();
      }
      try (FileChannel log =
          FileChannel.open(
              files.unfinishedLog(generation),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        IndexLog.append(log, lines);
      }
      Files.move(
          files.unfinishedLog(generation), files.log(generation), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(files, e);
    }
  }

  private static IndexEntry moved(
      IndexEntry entry, VectorFile from, VectorFile to, Map<Integer, Integer> places)
      throws IOException {
    if (!entry.isImage()) {
      return entry;
    }
    Integer place = places.get(entry.row());
    if (place == null) {
      place = places.size();
      to.write(place, from.read(entry.row(), entry.rowChecksum()));
      places.put(entry.row(), place);
    }
    return entry.at(place);
  }

  /** Opens an index that has been read under the same lock. */
  static IndexWriter open(IndexFiles files, IndexContent content) {
    try {
      FileChannel log = IndexLog.openToAppend(files.log(content.generation()));
      try {
        VectorFile vectors =
            VectorFile.openToWrite(
                files.vectors(content.generation()), content.header().rowLength());
        return new IndexWriter(content, log, vectors);
      } catch (IOException e) {
        log.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(files, e);
    }
  }

  /** What is known of a content, whatever its name. */
  Optional<IndexEntry> find(String contentHash) {
    return Optional.ofNullable(byContent.get(contentHash));
  }

  /** Writes an embedding; {@link #commit} makes it count. */
  IndexEntry write(ImageFile file, String contentHash, float... row) throws IOException {
    if (row.length != header.rowLength()) {
      throw new InvalidModelException(
          "the model gave %d numbers for %s and %d for others"
              .formatted(row.length, file.name(), header.rowLength()));
    }
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new InvalidModelException(
            "the embedding of %s is not numbers (NaN): the model's weights are damaged, or its precision is too low; try fp32"
                .formatted(file.name()));
      }
    }
    return IndexEntry.image(file, rows, vectors.write(rows++, row), contentHash);
  }

  /** Appends entries. */
  void commit(List<IndexEntry> entries) throws IOException {
    vectors.force();
    IndexLog.append(log, entries.stream().map(IndexEntry::toLine).toList());
    entries.stream()
        .filter(IndexEntry::isImage)
        .forEach(entry -> byContent.put(entry.contentHash(), entry));
  }

  @Override
  public void close() throws IOException {
    try (FileChannel first = log;
        VectorFile second = vectors) {
      // both are closed, whatever happens to one
    }
  }

  static InvalidIndexException unwritable(IndexFiles files, IOException e) {
    return new InvalidIndexException(
        "cannot write the index %s: %s; give another folder or free some space"
            .formatted(files.folder(), e.getMessage()),
        e);
  }
}

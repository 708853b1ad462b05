package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * An index as it was at one time, every checksum of it compared.
 *
 * @param header which model made it
 * @param generation of its files
 * @param entries what is known of each file, by name; neither files that are gone nor damaged
 *     entries
 * @param rows that the vector file holds
 * @param lines of the log, the stale ones too
 * @param damaged lines and embeddings that were left out
 */
record IndexContent(
    IndexHeader header,
    long generation,
    Map<String, IndexEntry> entries,
    int rows,
    int lines,
    int damaged) {
  /** A writer may replace a generation while its files are being opened. */
  private static final int ATTEMPTS = 10;

  /**
   * Reads the newest generation; none if there is no index yet.
   *
   * @throws InvalidIndexException if it cannot be read
   */
  static Optional<IndexContent> read(IndexFiles files) {
    for (int attempt = 1; ; attempt++) {
      OptionalLong generation = files.latest();
      if (generation.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(read(files, generation.getAsLong()));
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS || files.latest().equals(generation)) {
          throw new InvalidIndexException(
              "the index %s has lost %s; delete the index folder to make it anew"
                  .formatted(files.folder(), Path.of(e.getMessage()).getFileName()),
              e);
        }
      } catch (IOException e) {
        throw new InvalidIndexException(
            "cannot read the index " + files.folder() + ": " + e.getMessage(), e);
      }
    }
  }

  private static IndexContent read(IndexFiles files, long generation) throws IOException {
    IndexLog.Content log = IndexLog.read(files.log(generation));
    Map<String, IndexEntry> entries = new TreeMap<>();
    int rows = 0;
    for (IndexEntry entry : log.entries()) {
      rows = Math.max(rows, entry.row() + 1);
      if (entry.kind() == IndexEntry.Kind.REMOVED) {
        entries.remove(entry.file().name());
      } else {
        entries.put(entry.file().name(), entry);
      }
    }
    int damaged = log.damaged();
    try (VectorFile vectors =
        VectorFile.open(files.vectors(generation), log.header().rowLength())) {
      for (IndexEntry entry : vectors.damaged(images(entries))) {
        entries.remove(entry.file().name());
        damaged++;
      }
    }
    return new IndexContent(log.header(), generation, entries, rows, log.entries().size(), damaged);
  }

  /** The entries that have an embedding, by name. */
  List<IndexEntry> images() {
    return images(entries);
  }

  /** True if most of the log or of the vectors is stale, or some of it is damaged. */
  boolean isStale() {
    return damaged > 0 || lines > 2 * entries.size() + 1000;
  }

  private static List<IndexEntry> images(Map<String, IndexEntry> entries) {
    return entries.values().stream().filter(IndexEntry::isImage).toList();
  }
}

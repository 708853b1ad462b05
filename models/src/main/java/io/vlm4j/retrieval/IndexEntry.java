package io.vlm4j.retrieval;

import io.vlm4j.image.ImageFile;
import java.util.List;

/**
 * What the index last heard of a file.
 *
 * @param file the file as it was listed
 * @param kind whether it is an image
 * @param row the place of its embedding; -1 if there is none
 * @param rowChecksum CRC-32 of the embedding's bytes
 * @param contentHash of the file's bytes; empty if it is not there
 */
record IndexEntry(ImageFile file, Kind kind, int row, long rowChecksum, String contentHash) {
  private static final int FIELDS = 7;

  /** What can be said of a file. */
  enum Kind {
    /** It has an embedding. */
    IMAGE,
    /** It cannot be decoded. */
    UNREADABLE,
    /** It is gone. */
    REMOVED
  }

  static IndexEntry image(ImageFile file, int row, long rowChecksum, String contentHash) {
    return new IndexEntry(file, Kind.IMAGE, row, rowChecksum, contentHash);
  }

  static IndexEntry unreadable(ImageFile file, String contentHash) {
    return new IndexEntry(file, Kind.UNREADABLE, -1, 0, contentHash);
  }

  static IndexEntry removed(ImageFile file) {
    return new IndexEntry(file, Kind.REMOVED, -1, 0, "");
  }

  /** The same embedding at another place. */
  IndexEntry at(int newRow) {
    return new IndexEntry(file, kind, newRow, rowChecksum, contentHash);
  }

  boolean isImage() {
    return kind == Kind.IMAGE;
  }

  /** One line, without its end. */
  String toLine() {
    return String.join(
        "\t",
        List.of(
            kind.name(),
            Integer.toString(row),
            Long.toHexString(rowChecksum),
            Long.toString(file.size()),
            Long.toString(file.stamp()),
            contentHash,
            escape(file.name())));
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is not an entry
   */
  static IndexEntry parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not " + FIELDS + " fields");
    }
    ImageFile file =
        new ImageFile(unescape(fields[6]), Long.parseLong(fields[3]), Long.parseLong(fields[4]));
    return new IndexEntry(
        file,
        Kind.valueOf(fields[0]),
        Integer.parseInt(fields[1]),
        Long.parseLong(fields[2], 16),
        fields[5]);
  }

  private static String escape(String name) {
    return name.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String unescape(String name) {
    return name.indexOf('\\') < 0 ? name : name.translateEscapes();
  }
}

package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** A text file whose lines begin with the CRC-32 of what follows. */
final class IndexLog {
  private static final int CHECKSUM = 8;

  private IndexLog() {}

  /**
   * What a log holds.
   *
   * @param header the first line
   * @param entries the others, as far as they are whole
   * @param damaged lines that are not, apart from a last one that may not be all written yet
   */
  record Content(IndexHeader header, List<IndexEntry> entries, int damaged) {}

  /**
   * Reads a log.
   *
   * @throws InvalidIndexException if its first line is damaged
   * @throws IOException if it cannot be read
   */
  static Content read(Path file) throws IOException {
    List<IndexEntry> entries = new ArrayList<>();
    int damaged = 0;
    boolean lastIsDamaged = false;
    // Damaged bytes are no reason to stop: as Latin-1, every byte is a letter.
    try (BufferedReader reader =
        java.nio.file.Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String first = checked(reader.readLine());
      if (first == null) {
        throw new InvalidIndexException(
            file + " is damaged in its first line; delete the index folder to make it anew");
      }
      IndexHeader header = IndexHeader.parse(first, file);
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String content = checked(line);
        lastIsDamaged = content == null;
        if (lastIsDamaged) {
          damaged++;
        } else {
          entries.add(parse(content, file));
        }
      }
      return new Content(header, entries, lastIsDamaged ? damaged - 1 : damaged);
    }
  }

  /** Appends lines, and returns when they are on the disk. */
  static void append(FileChannel log, List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(HexFormat.of().toHexDigits((int) checksum(line)))
          .append('\t')
          .append(line)
          .append('\n');
    }
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      log.write(bytes);
    }
    log.force(false);
  }

  /** Opens a log to append; the rest of a line that a killed process left is cut off. */
  static FileChannel openToAppend(Path file) throws IOException {
    FileChannel log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long end = log.size();
    ByteBuffer last = ByteBuffer.allocate(1);
    while (end > 0) {
      last.clear();
      log.read(last, end - 1);
      if (last.get(0) == '\n') {
        break;
      }
      end--;
    }
    if (end < log.size()) {
      log.truncate(end);
    }
    return log.position(end);
  }

  private static IndexEntry parse(String line, Path file) {
    try {
      return IndexEntry.parse(line);
    } catch (IllegalArgumentException e) {
      throw new InvalidIndexException(
          file + " has a line that is no entry; delete the index folder to make it anew", e);
    }
  }

  /** What follows the checksum if it is right, else null. */
  private static String checked(String latin) {
    if (latin == null || latin.length() <= CHECKSUM) {
      return null;
    }
    String line =
        new String(
            latin.substring(CHECKSUM + 1).getBytes(StandardCharsets.ISO_8859_1),
            StandardCharsets.UTF_8);
    String promised = latin.substring(0, CHECKSUM);
    return HexFormat.of().toHexDigits((int) checksum(line)).equals(promised) ? line : null;
  }

  private static long checksum(String line) {
    CRC32 crc = new CRC32();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}

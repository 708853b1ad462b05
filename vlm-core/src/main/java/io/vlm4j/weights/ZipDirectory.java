package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the uncompressed entries of a zip archive lie in their file, so that they can be mapped.
 * Zip64 included. Source: PKWARE's APPNOTE 6.3.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END64_LOCATOR = 0x07064b50;
  private static final int END64 = 0x06064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int LOCAL_SIZE = 30;
  private static final int LONGEST_COMMENT = 65535;
  private static final long LARGEST_DIRECTORY = 100_000_000;
  private static final long SAID_ELSEWHERE = 0xffffffffL;

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;

  private ZipDirectory(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.fileSize = channel.size();
  }

  /**
   * Bytes of an entry.
   *
   * @param offset first byte in the file
   * @param size number of bytes
   */
  record Entry(long offset, long size) {}

  /**
   * The entries by their names.
   *
   * @throws InvalidModelException if the archive is damaged or an entry is compressed
   */
  static Map<String, Entry> read(Path file, FileChannel channel) throws IOException {
    ZipDirectory directory = new ZipDirectory(file, channel);
    Map<String, Entry> entries = directory.entries();
    directory.requireApart(entries);
    return entries;
  }

  private Map<String, Entry> entries() throws IOException {
    long end = findEnd();
    ByteBuffer tail = at(end, END_SIZE);
    long size = Integer.toUnsignedLong(tail.getInt(12));
    long offset = Integer.toUnsignedLong(tail.getInt(16));
    if (end >= LOCATOR_SIZE) {
      ByteBuffer locator = at(end - LOCATOR_SIZE, LOCATOR_SIZE);
      if (locator.getInt(0) == END64_LOCATOR) {
        ByteBuffer end64 = at(locator.getLong(8), 56);
        require(end64.getInt(0) == END64, "its zip64 end is not where it should be");
        size = end64.getLong(40);
        offset = end64.getLong(48);
      }
    }
    require(size >= 0 && size <= LARGEST_DIRECTORY, "its directory has " + size + " bytes");
    ByteBuffer central = at(offset, (int) size);
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (central.remaining() >= 46 && central.getInt(central.position()) == CENTRAL) {
      readEntry(central, entries);
    }
    return entries;
  }

  private void readEntry(ByteBuffer central, Map<String, Entry> entries) throws IOException {
    int start = central.position();
    int method = central.getShort(start + 10);
    long stored = Integer.toUnsignedLong(central.getInt(start + 20));
    long size = Integer.toUnsignedLong(central.getInt(start + 24));
    int nameLength = Short.toUnsignedInt(central.getShort(start + 28));
    int extraLength = Short.toUnsignedInt(central.getShort(start + 30));
    int commentLength = Short.toUnsignedInt(central.getShort(start + 32));
    long header = Integer.toUnsignedLong(central.getInt(start + 42));
    require(
        central.remaining() >= 46 + nameLength + extraLength + commentLength,
        "its directory ends early");
    byte[] nameBytes = new byte[nameLength];
    central.get(start + 46, nameBytes);
    String name = new String(nameBytes, StandardCharsets.UTF_8);
    int extra = start + 46 + nameLength;
    for (int at = extra; at + 4 <= extra + extraLength; ) {
      int length = Short.toUnsignedInt(central.getShort(at + 2));
      require(at + 4 + length <= extra + extraLength, "an extra field ends early");
      if (central.getShort(at) == 1) {
        ByteBuffer field = central.slice(at + 4, length).order(ByteOrder.LITTLE_ENDIAN);
        size = size == SAID_ELSEWHERE ? next(field) : size;
        stored = stored == SAID_ELSEWHERE ? next(field) : stored;
        header = header == SAID_ELSEWHERE ? next(field) : header;
      }
      at += 4 + length;
    }
    require(method == 0 && stored == size, Names.shown(name) + " is compressed");
    ByteBuffer local = at(header, LOCAL_SIZE);
    require(local.getInt(0) == LOCAL, Names.shown(name) + " is not where the directory says");
    long data =
        header
            + LOCAL_SIZE
            + Short.toUnsignedInt(local.getShort(26))
            + Short.toUnsignedInt(local.getShort(28));
    require(
        size >= 0 && data <= fileSize && size <= fileSize - data,
        Names.shown(name) + " has " + size + " bytes, more than the file");
    require(
        entries.put(name, new Entry(data, size)) == null, Names.shown(name) + " is there twice");
    central.position(extra + extraLength + commentLength);
  }

  private long next(ByteBuffer field) {
    require(field.remaining() >= Long.BYTES, "a zip64 field ends early");
    return field.getLong();
  }

  private long findEnd() throws IOException {
    int length = (int) Math.min(fileSize, END_SIZE + LONGEST_COMMENT);
    ByteBuffer tail = at(fileSize - length, length);
    for (int i = length - END_SIZE; i >= 0; i--) {
      if (tail.getInt(i) == END) {
        return fileSize - length + i;
      }
    }
    throw damaged("it is no zip archive; it may be truncated, or older than PyTorch 1.6");
  }

  private void requireApart(Map<String, Entry> entries) {
    List<Entry> inOrder =
        entries.values().stream().sorted(Comparator.comparingLong(Entry::offset)).toList();
    for (int i = 1; i < inOrder.size(); i++) {
      Entry last = inOrder.get(i - 1);
      require(last.offset + last.size <= inOrder.get(i).offset, "entries overlap");
    }
  }

  private ByteBuffer at(long offset, int length) throws IOException {
    require(
        offset >= 0 && length <= fileSize && offset <= fileSize - length,
        "it points beyond its end");
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw damaged("it ends early");
      }
    }
    return buffer.flip();
  }

  private void require(boolean condition, String complaint) {
    if (!condition) {
      throw damaged(complaint);
    }
  }

  private InvalidModelException damaged(String complaint) {
    return new InvalidModelException(file + " is not a PyTorch pickle checkpoint: " + complaint);
  }
}

package io.vlm4j.retrieval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/** Rows of float32, little-endian, one after the other. */
final class VectorFile implements AutoCloseable {
  private final FileChannel channel;
  private final int rowLength;

  private VectorFile(FileChannel channel, int rowLength) {
    this.channel = channel;
    this.rowLength = rowLength;
  }

  /** Opens a file to read. */
  static VectorFile open(Path file, int rowLength) throws IOException {
    return new VectorFile(FileChannel.open(file, StandardOpenOption.READ), rowLength);
  }

  /** Opens a file to read and write; makes it if need be. */
  static VectorFile openToWrite(Path file, int rowLength) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new VectorFile(channel, rowLength);
  }

  /** Writes a row and returns its checksum. */
  long write(int row, float... values) throws IOException {
    ByteBuffer bytes = buffer();
    bytes.asFloatBuffer().put(values);
    long position = (long) row * bytes.capacity();
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
    return checksum(bytes);
  }

  /** Reads a row that was found to be whole before. */
  float[] read(int row, long expected) throws IOException {
    ByteBuffer bytes = buffer();
    if (!fill(bytes, row) || checksum(bytes) != expected) {
      throw new IOException("an embedding was changed by something else");
    }
    float[] values = new float[rowLength];
    bytes.rewind().asFloatBuffer().get(values);
    return values;
  }

  /** Returns when all is on the disk. */
  void force() throws IOException {
    channel.force(false);
  }

  /** The entries whose rows are missing or have another checksum. */
  Set<IndexEntry> damaged(List<IndexEntry> entries) throws IOException {
    List<IndexEntry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingInt(IndexEntry::row));
    Set<IndexEntry> damaged = new HashSet<>();
    ByteBuffer bytes = buffer();
    int row = -1;
    long checksum = -1;
    for (IndexEntry entry : ordered) {
      if (entry.row() != row) {
        row = entry.row();
        checksum = fill(bytes, row) ? checksum(bytes) : -1;
      }
      if (checksum != entry.rowChecksum()) {
        damaged.add(entry);
      }
    }
    return damaged;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private boolean fill(ByteBuffer bytes, int row) throws IOException {
    bytes.clear();
    long position = (long) row * bytes.capacity();
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.allocate(Math.multiplyExact(rowLength, Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long checksum(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.rewind());
    return crc.getValue();
  }
}

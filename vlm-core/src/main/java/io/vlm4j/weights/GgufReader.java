package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a GGUF header: magic, version, counts, metadata, and the descriptions of the tensors. Every
 * length is checked against what is left of the file before anything of that size is made.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">format</a>
 */
final class GgufReader {
  /** Bounds the memory that a hostile header can take; those of large vocabularies have 10 MB. */
  private static final long MAX_HEADER = 1 << 26;

  /** Tensors, and metadata values; files of the largest models have a few thousand. */
  private static final int MAX_ENTRIES = 1 << 16;

  /**
   * Elements of all lists together: a byte of the file may take thirty of the heap as an element.
   * Vocabularies of 260,000 tokens, with their merges and scores, have 1.3 million.
   */
  private static final int MAX_ELEMENTS = 1 << 22;

  private static final int MAX_DEPTH = 4;

  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int MAX_RANK = 4;

  /** Value types of metadata. */
  private static final int STRING = 8;

  private static final int ARRAY = 9;

  private final Path file;
  private final ByteBuffer header;
  private int elements;

  private GgufReader(Path file, ByteBuffer header) {
    this.file = file;
    this.header = header;
  }

  /**
   * What a header says.
   *
   * @param metadata by key
   * @param tensors as they are listed
   * @param length where the header ends
   */
  record Header(GgufMetadata metadata, List<RawTensor> tensors, long length) {}

  /**
   * A tensor as the header describes it.
   *
   * @param name its name
   * @param dimensions its lengths, innermost first
   * @param type number of its type
   * @param offset of its first byte, after the header and its padding
   */
  record RawTensor(String name, List<Long> dimensions, int type, long offset) {}

  static Header read(Path file, FileChannel channel) throws IOException {
    long mapped = Math.min(channel.size(), MAX_HEADER);
    ByteBuffer header =
        channel.map(FileChannel.MapMode.READ_ONLY, 0, mapped).order(ByteOrder.LITTLE_ENDIAN);
    return new GgufReader(file, header).read();
  }

  private Header read() {
    requireMagic();
    // A description takes 24 bytes at least: lengths of the name, rank, type and offset.
    int tensorCount = entries(u64("the number of tensors"), 24, "tensors");
    int valueCount = entries(u64("the number of metadata values"), 12, "metadata values");
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < valueCount; i++) {
      String key = string("a metadata key");
      if (values.put(key, value(key)) != null) {
        throw invalid("has the metadata value " + Names.shown(key) + " twice");
      }
    }
    List<RawTensor> tensors = new ArrayList<>(tensorCount);
    for (int i = 0; i < tensorCount; i++) {
      tensors.add(tensor());
    }
    return new Header(new GgufMetadata(file.toString(), values), tensors, header.position());
  }

  private void requireMagic() {
    if (header.remaining() < 2 * Integer.BYTES || header.getInt() != MAGIC) {
      throw new InvalidModelException(
          file + " is not a GGUF file: it does not begin with 'GGUF'; download it again");
    }
    int version = header.getInt();
    if (version != 2 && version != 3) {
      boolean swapped = version != 0 && (version & 0xffff) == 0;
      throw new UnsupportedModelException(
          file
              + (swapped
                  ? " is a big-endian GGUF file; supported are little-endian ones"
                  : " has GGUF version "
                      + Integer.toUnsignedString(version)
                      + "; supported are 2 and 3"));
    }
  }

  private RawTensor tensor() {
    String name = string("a tensor name");
    int rank = u32("a number of dimensions");
    if (rank < 0 || rank > MAX_RANK) {
      throw invalid(
          "gives tensor "
              + Names.shown(name)
              + " "
              + Integer.toUnsignedString(rank)
              + " dimensions; at most "
              + MAX_RANK
              + " are allowed");
    }
    List<Long> dimensions = new ArrayList<>(rank);
    for (int i = 0; i < rank; i++) {
      dimensions.add(u64("a dimension"));
    }
    return new RawTensor(name, dimensions, u32("a tensor type"), u64("a tensor offset"));
  }

  private Object value(String key) {
    ValueType type = valueType(u32("a metadata type"), key, 0);
    require(type.bytes, key);
    return type.reading.get();
  }

  private List<Object> list(String key, int depth) {
    if (depth > MAX_DEPTH) {
      throw invalid(
          "nests lists in metadata value "
              + Names.shown(key)
              + " deeper than "
              + MAX_DEPTH
              + " levels; at most that many are read");
    }
    ValueType element = valueType(u32(key), key, depth);
    Object[] values = new Object[elements(u64(key), element.bytes, key)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.reading.get();
    }
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  private ValueType valueType(int number, String key, int depth) {
    return switch (number) {
      case STRING -> new ValueType(Long.BYTES, () -> string(key));
      case ARRAY -> new ValueType(Integer.BYTES + Long.BYTES, () -> list(key, depth + 1));
      default -> {
        Scalar scalar = Scalar.of(number, this, key);
        yield new ValueType(scalar.bytes, () -> scalar.reading.apply(header));
      }
    };
  }

  private String string(String what) {
    byte[] bytes = new byte[count(u64(what), 1, what)];
    header.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int u32(String what) {
    require(Integer.BYTES, what);
    return header.getInt();
  }

  private long u64(String what) {
    require(Long.BYTES, what);
    return header.getLong();
  }

  /** A number of tensors or metadata values. */
  private int entries(long count, int bytes, String what) {
    return bounded(count(count, bytes, what), MAX_ENTRIES, what);
  }

  /** The length of a list; all lists together are bounded. */
  private int elements(long count, int bytes, String key) {
    elements += count(count, bytes, key);
    bounded(elements, MAX_ELEMENTS, "list elements up to " + key);
    return (int) count;
  }

  private int bounded(int count, int most, String what) {
    if (count > most) {
      throw invalid("has " + count + " " + Names.shown(what) + "; at most " + most + " are read");
    }
    return count;
  }

  /** A number of things that take some bytes each, which must be left. */
  private int count(long count, int bytes, String what) {
    if (count < 0 || count > header.remaining() / bytes) {
      throw invalid(
          "promises "
              + Long.toUnsignedString(count)
              + " bytes or elements of "
              + Names.shown(what)
              + ", but its header has "
              + header.remaining()
              + " bytes left; it may be truncated, download it again");
    }
    return (int) count;
  }

  private void require(int bytes, String what) {
    if (header.remaining() < bytes) {
      throw invalid(
          "ends inside "
              + Names.shown(what)
              + " at byte "
              + header.position()
              + "; it is truncated, download it again");
    }
  }

  private InvalidModelException invalid(String problem) {
    return new InvalidModelException(file + " " + problem);
  }

  /**
   * How values of one type are read.
   *
   * @param bytes what a value takes at least
   * @param reading takes the next value from the header
   */
  private record ValueType(int bytes, Supplier<Object> reading) {}

  /** Types of single values, with the format's numbers. */
  private enum Scalar {
    UINT8(0, 1, buffer -> Byte.toUnsignedLong(buffer.get())),
    INT8(1, 1, buffer -> (long) buffer.get()),
    UINT16(2, 2, buffer -> Short.toUnsignedLong(buffer.getShort())),
    INT16(3, 2, buffer -> (long) buffer.getShort()),
    UINT32(4, 4, buffer -> Integer.toUnsignedLong(buffer.getInt())),
    INT32(5, 4, buffer -> (long) buffer.getInt()),
    // The decimal number that was meant: 1e-5, where a float32 holds 9.99999974e-6.
    FLOAT32(6, 4, buffer -> Double.valueOf(Float.toString(buffer.getFloat()))),
    BOOL(7, 1, buffer -> buffer.get() != 0),
    UINT64(10, 8, ByteBuffer::getLong),
    INT64(11, 8, ByteBuffer::getLong),
    FLOAT64(12, 8, ByteBuffer::getDouble);

    private final int number;
    private final int bytes;
    private final Function<ByteBuffer, Object> reading;

    Scalar(int number, int bytes, Function<ByteBuffer, Object> reading) {
      this.number = number;
      this.bytes = bytes;
      this.reading = reading;
    }

    static Scalar of(int number, GgufReader reader, String key) {
      return Arrays.stream(values())
          .filter(s -> s.number == number)
          .findFirst()
          .orElseThrow(
              () ->
                  reader.invalid(
                      "gives metadata value "
                          + Names.shown(key)
                          + " the type "
                          + Integer.toUnsignedString(number)
                          + "; known are 0 to 12"));
    }
  }
}

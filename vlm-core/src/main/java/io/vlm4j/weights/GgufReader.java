package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the values of a GGUF header; nothing that it promises is believed before it is checked. */
final class GgufReader {
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int MAX_DEPTH = 4;

  private final ByteBuffer buffer;
  private final String origin;

  /**
   * @param buffer little-endian, at least as long as the header
   */
  GgufReader(ByteBuffer buffer, String origin) {
    this.buffer = buffer;
    this.origin = origin;
  }

  int position() {
    return buffer.position();
  }

  int u32() {
    return take(4).getInt();
  }

  long u64(String what) {
    long value = take(8).getLong();
    if (value < 0) {
      throw damaged(what + " is beyond all bounds");
    }
    return value;
  }

  /** A number of things of which each takes at least {@code bytesEach} bytes. */
  int count(String what, long bytesEach) {
    long count = u64(what);
    if (count > buffer.remaining() / bytesEach) {
      throw damaged(what + " is " + count + ", more than the file can hold");
    }
    return (int) count;
  }

  String string(String what) {
    byte[] bytes = new byte[count("the length of " + what, 1)];
    buffer.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A metadata value: Long, Double, Boolean, String, or a List of these. */
  Object value(String key) {
    return value(key, u32(), 0);
  }

  private Object value(String key, int type, int depth) {
    return switch (type) {
      case 0 -> (long) (take(1).get() & 0xFF);
      case 1 -> (long) take(1).get();
      case 2 -> (long) (take(2).getShort() & 0xFFFF);
      case 3 -> (long) take(2).getShort();
      case 4 -> take(4).getInt() & 0xFFFFFFFFL;
      case 5 -> (long) take(4).getInt();
      case 6 -> (double) take(4).getFloat();
      case 7 -> take(1).get() != 0;
      case STRING -> string(key);
      case ARRAY -> array(key, depth);
      case 10, 11 -> take(8).getLong();
      case 12 -> take(8).getDouble();
      default -> throw damaged("the value of " + key + " has the unknown type " + type);
    };
  }

  private List<Object> array(String key, int depth) {
    if (depth == MAX_DEPTH) {
      throw damaged("the value of " + key + " is nested too deeply");
    }
    int type = u32();
    int count = count("the length of " + key, 1);
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(value(key, type, depth + 1));
    }
    return values;
  }

  private ByteBuffer take(int bytes) {
    if (buffer.remaining() < bytes) {
      throw damaged("it ends inside the header");
    }
    return buffer;
  }

  InvalidModelException damaged(String what) {
    return new InvalidModelException(
        origin + " is not a whole GGUF file: " + what + "; download it again");
  }
}

package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the protocol buffers wire format, field by field:
 *
 * <pre>{@code
 * while (reader.next()) {
 *   switch (reader.field()) {
 *     case 1 -> name = reader.string();
 *     default -> reader.skip();
 *   }
 * }
 * }</pre>
 */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer buffer;
  private final String origin;
  private int field;
  private int wireType;

  ProtoReader(ByteBuffer buffer, String origin) {
    this.buffer = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.origin = origin;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() {
    if (!buffer.hasRemaining()) {
      return false;
    }
    long key = readVarint();
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    if (field <= 0) {
      throw damaged("field number " + field);
    }
    return true;
  }

  int field() {
    return field;
  }

  /** A whole number, an enum or (as 0 and 1) a truth value. */
  int integer() {
    expect(VARINT);
    return (int) readVarint();
  }

  boolean bool() {
    return integer() != 0;
  }

  float float32() {
    expect(FIXED32);
    try {
      return buffer.getFloat();
    } catch (BufferUnderflowException e) {
      throw damaged("a cut number");
    }
  }

  String string() {
    return StandardCharsets.UTF_8.decode(slice()).toString();
  }

  byte[] bytes() {
    ByteBuffer slice = slice();
    byte[] bytes = new byte[slice.remaining()];
    slice.get(bytes);
    return bytes;
  }

  ProtoReader message() {
    return new ProtoReader(slice(), origin);
  }

  void skip() {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> advance(8);
      case BYTES -> slice();
      case FIXED32 -> advance(4);
      default -> throw damaged("wire type " + wireType);
    }
  }

  private ByteBuffer slice() {
    expect(BYTES);
    long length = readVarint();
    int start = buffer.position();
    advance(length);
    return buffer.slice(start, (int) length);
  }

  private void advance(long count) {
    if (count < 0 || count > buffer.remaining()) {
      throw damaged("a field of " + count + " bytes where " + buffer.remaining() + " are left");
    }
    buffer.position(buffer.position() + (int) count);
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64 && buffer.hasRemaining(); shift += 7) {
      byte b = buffer.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw damaged("a number without end");
  }

  private void expect(int type) {
    if (wireType != type) {
      throw damaged("wire type " + wireType + " in field " + field + " instead of " + type);
    }
  }

  private InvalidModelException damaged(String what) {
    return new InvalidModelException(origin + " is not a sentencepiece model: found " + what);
  }
}

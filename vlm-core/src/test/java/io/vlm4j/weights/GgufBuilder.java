package io.vlm4j.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Makes small GGUF files, which may lie. */
final class GgufBuilder {
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final ByteBuffer values = buffer(1 << 16);
  private final ByteBuffer tensors = buffer(1 << 16);
  private final ByteBuffer data = buffer(1 << 16);
  private int version = 3;
  private long tensorCount;
  private long valueCount;

  /** A LLaMA of two heads of eight features, without its layers. */
  static GgufBuilder llama() {
    return new GgufBuilder()
        .text("general.architecture", "llama")
        .number("llama.attention.head_count", 2)
        .number("llama.embedding_length", 16)
        .number("llama.feed_forward_length", 32)
        .number("llama.block_count", 1)
        .number("llama.context_length", 256)
        .number("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .tensor("token_embd.weight", 0, 0, 16, 1)
        .data(16 * Float.BYTES);
  }

  GgufBuilder version(int number) {
    version = number;
    return this;
  }

  GgufBuilder counts(long ofTensors, long ofValues) {
    tensorCount = ofTensors;
    valueCount = ofValues;
    return this;
  }

  GgufBuilder number(String key, int value) {
    string(values, key).putInt(UINT32).putInt(value);
    valueCount++;
    return this;
  }

  GgufBuilder number(String key, float value) {
    string(values, key).putInt(FLOAT32).putFloat(value);
    valueCount++;
    return this;
  }

  GgufBuilder text(String key, String value) {
    string(string(values, key).putInt(STRING), value);
    valueCount++;
    return this;
  }

  /** The beginning of a list, whose elements are not written. */
  GgufBuilder list(String key, int type, long length) {
    string(values, key).putInt(ARRAY).putInt(type).putLong(length);
    valueCount++;
    return this;
  }

  /** Lists of one list each, the innermost empty. */
  GgufBuilder nestedLists(String key, int depth) {
    string(values, key).putInt(ARRAY);
    for (int i = 1; i < depth; i++) {
      values.putInt(ARRAY).putLong(1);
    }
    values.putInt(FLOAT32).putLong(0);
    valueCount++;
    return this;
  }

  /** A tensor's description; dimensions are innermost first. */
  GgufBuilder tensor(String name, int type, long offset, long... dimensions) {
    string(tensors, name).putInt(dimensions.length);
    Arrays.stream(dimensions).forEach(tensors::putLong);
    tensors.putInt(type).putLong(offset);
    tensorCount++;
    return this;
  }

  /** A tensor that is there, after those before it. */
  GgufBuilder floats(String name, float... elements) {
    tensor(name, 0, data.position(), elements.length);
    for (float element : elements) {
      data.putFloat(element);
    }
    return data(-data.position() & 31);
  }

  /** More bytes of zero. */
  GgufBuilder data(int bytes) {
    data.position(data.position() + bytes);
    return this;
  }

  byte[] bytes() {
    ByteBuffer file = buffer(1 << 18).putInt(0x46554747).putInt(version);
    file.putLong(tensorCount).putLong(valueCount).put(values.flip()).put(tensors.flip());
    if (data.position() > 0) {
      file.position((file.position() + 31) / 32 * 32).put(data.flip());
    }
    byte[] bytes = new byte[file.position()];
    file.flip().get(bytes);
    return bytes;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer string(ByteBuffer buffer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return buffer.putLong(bytes.length).put(bytes);
  }
}

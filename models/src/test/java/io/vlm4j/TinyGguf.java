package io.vlm4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Gives a GGUF file a tokenizer of two digits and their merge. */
final class TinyGguf {
  private static final int VALUE_COUNT = 16;
  private static final int FIRST_VALUE = 24;
  private static final int ALIGNMENT = 32;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private TinyGguf() {}

  /** Writes the copy and returns its path. */
  static Path withTokenizer(Path gguf, Path copy) {
    try {
      ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(gguf)).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer values = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
      string(string(values, "tokenizer.ggml.model").putInt(STRING), "gpt2");
      strings(values, "tokenizer.ggml.tokens", List.of("1", "2", "12", "0"));
      strings(values, "tokenizer.ggml.merges", List.of("1 2"));
      string(values, "filler").putInt(STRING);
      // What lies behind moves by whole units of the alignment.
      int length = Math.floorMod(-values.position() - Long.BYTES, ALIGNMENT);
      string(values, "-".repeat(length));
      old.putLong(VALUE_COUNT, old.getLong(VALUE_COUNT) + 4);
      ByteBuffer file = ByteBuffer.allocate(old.limit() + values.position());
      file.put(old.slice(0, FIRST_VALUE)).put(values.flip());
      file.put(old.slice(FIRST_VALUE, old.limit() - FIRST_VALUE));
      return Files.write(copy, file.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void strings(ByteBuffer values, String key, List<String> texts) {
    string(values, key).putInt(ARRAY).putInt(STRING).putLong(texts.size());
    texts.forEach(text -> string(values, text));
  }

  private static ByteBuffer string(ByteBuffer buffer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return buffer.putLong(bytes.length).put(bytes);
  }
}

package io.vlm4j.config;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** JSON to the letter of RFC 8259, of bounded size, with each key once in an object. */
final class StrictJson {
  /**
   * What a document may hold: each value takes about a hundred bytes of the heap. The header of a
   * file of 90,000 tensors has 800,000.
   */
  private static final int MAX_VALUES = 1 << 21;

  private StrictJson() {}

  /**
   * Reads a text through without keeping anything of it.
   *
   * @param origin what errors call the text
   * @throws InvalidModelException if it is not strict JSON
   */
  static void require(String text, String origin) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      require(reader, origin);
    } catch (IOException | NumberFormatException e) {
      throw new InvalidModelException(
          origin + " is not valid JSON: " + JsonNode.firstLine(String.valueOf(e.getMessage())), e);
    }
  }

  private static void require(JsonReader reader, String origin) throws IOException {
    Deque<Set<String>> keys = new ArrayDeque<>();
    int values = 0;
    for (JsonToken token = reader.peek(); token != JsonToken.END_DOCUMENT; token = reader.peek()) {
      if (beginsValue(token) && ++values > MAX_VALUES) {
        throw new InvalidModelException(
            origin + " has too many JSON values; at most " + MAX_VALUES + " are read");
      }
      switch (token) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          keys.push(new HashSet<>());
        }
        case END_OBJECT -> {
          reader.endObject();
          keys.pop();
        }
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          String key = reader.nextName();
          if (!keys.element().add(key)) {
            throw new InvalidModelException(
                origin
                    + " has the key "
                    + JsonNode.shortened(key)
                    + " twice in one object; expected once");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  private static boolean beginsValue(JsonToken token) {
    return token != JsonToken.NAME && token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY;
  }
}

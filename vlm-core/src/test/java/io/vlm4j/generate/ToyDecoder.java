package io.vlm4j.generate;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes id i as the letter a + i; ids from 26 on are held back until the next one, as incomplete
 * characters are.
 */
final class ToyDecoder implements TokenDecoder {
  private String held = "";

  @Override
  public String push(int id) {
    if (id >= 26) {
      held += text(id);
      return "";
    }
    String text = held + text(id);
    held = "";
    return text;
  }

  @Override
  public String finish() {
    return held;
  }

  static String text(int... ids) {
    return IntStream.of(ids)
        .mapToObj(id -> id < 26 ? String.valueOf((char) ('a' + id)) : "<" + id + ">")
        .collect(Collectors.joining());
  }
}

package io.vlm4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jinjava.javax.el.ELException;

/** The methods of Python's {@code str} and {@code dict} that chat templates call. */
final class PythonMethods {
  static final Map<String, BiFunction<String, PythonArguments, Object>> OF_STR =
      Map.ofEntries(
          Map.entry("upper", (text, a) -> text.toUpperCase(Locale.ROOT)),
          Map.entry("lower", (text, a) -> text.toLowerCase(Locale.ROOT)),
          Map.entry("capitalize", (text, a) -> capitalize(text)),
          Map.entry("title", (text, a) -> title(text)),
          Map.entry("strip", (text, a) -> stripEnd(stripStart(text, a), a)),
          Map.entry("lstrip", (text, a) -> stripStart(text, a)),
          Map.entry("rstrip", (text, a) -> stripEnd(text, a)),
          Map.entry("startswith", (text, a) -> text.startsWith(a.text(0))),
          Map.entry("endswith", (text, a) -> text.endsWith(a.text(0))),
          Map.entry("replace", (text, a) -> text.replace(a.text(0), a.text(1))),
          Map.entry("find", (text, a) -> text.indexOf(a.text(0))),
          Map.entry("count", (text, a) -> split(text, a.text(0), -1).size() - 1),
          Map.entry("join", PythonMethods::join),
          Map.entry("split", PythonMethods::split),
          Map.entry("splitlines", (text, a) -> text.lines().toList()));

  static final Map<String, BiFunction<Map<?, ?>, PythonArguments, Object>> OF_DICT =
      Map.of(
          "get", (map, a) -> map.get(a.get(0)) == null ? a.get(1) : map.get(a.get(0)),
          "items", (map, a) -> new ArrayList<>(map.entrySet()),
          "keys", (map, a) -> new ArrayList<>(map.keySet()),
          "values", (map, a) -> new ArrayList<>(map.values()));

  private PythonMethods() {}

  private static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    UnaryOperator<String> word = PythonMethods::capitalize;
    return Stream.of(text.split("(?<=[^\\p{L}])(?=\\p{L})"))
        .map(word)
        .collect(Collectors.joining());
  }

  private static String stripStart(String text, PythonArguments arguments) {
    int start = 0;
    while (start < text.length() && isStripped(text.charAt(start), arguments)) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripEnd(String text, PythonArguments arguments) {
    int end = text.length();
    while (end > 0 && isStripped(text.charAt(end - 1), arguments)) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isStripped(char c, PythonArguments arguments) {
    return arguments.has(0) ? arguments.text(0).indexOf(c) >= 0 : Texts.isSpace(c);
  }

  private static Object join(String separator, PythonArguments arguments) {
    if (arguments.get(0) instanceof Iterable<?> parts) {
      List<String> texts = new ArrayList<>();
      parts.forEach(part -> texts.add(String.valueOf(part)));
      return String.join(separator, texts);
    }
    throw new ELException("join() needs a list");
  }

  private static List<String> split(String text, PythonArguments arguments) {
    int limit = arguments.number(1, -1);
    if (arguments.has(0)) {
      return split(text, arguments.text(0), limit);
    }
    return Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  /** Cuts at the separator; at most so many times if the limit is not negative. */
  private static List<String> split(String text, String separator, int limit) {
    if (separator.isEmpty()) {
      throw new ELException("split() needs a separator that is not empty");
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    int end = text.indexOf(separator);
    while (end >= 0 && (limit < 0 || parts.size() < limit)) {
      parts.add(text.substring(start, end));
      start = end + separator.length();
      end = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }
}

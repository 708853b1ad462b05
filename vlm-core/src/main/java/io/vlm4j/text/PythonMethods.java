package io.vlm4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import jinjava.javax.el.ELException;
import jinjava.javax.el.MethodNotFoundException;

/** Python's methods of strings, maps and lists, as far as templates use them. */
final class PythonMethods {
  private PythonMethods() {}

  static Object ofString(String text, String method, Object[] arguments) {
    return switch (method) {
      case "strip" -> strip(text, arguments, true, true);
      case "lstrip" -> strip(text, arguments, true, false);
      case "rstrip" -> strip(text, arguments, false, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> JinjaFilters.capitalize(text);
      case "title" -> title(text);
      case "startswith" -> anyOf(arguments[0]).stream().anyMatch(text::startsWith);
      case "endswith" -> anyOf(arguments[0]).stream().anyMatch(text::endsWith);
      case "split" -> split(text, arguments);
      case "rsplit" -> rightSplit(text, arguments);
      case "splitlines" -> new ArrayList<>(text.lines().toList());
      case "replace" -> replace(text, arguments);
      case "find" -> (long) text.indexOf(string(arguments, 0));
      case "rfind" -> (long) text.lastIndexOf(string(arguments, 0));
      case "count" -> count(text, string(arguments, 0));
      case "join" -> join(text, arguments[0]);
      case "removeprefix" ->
          text.startsWith(string(arguments, 0))
              ? text.substring(string(arguments, 0).length())
              : text;
      case "removesuffix" ->
          text.endsWith(string(arguments, 0))
              ? text.substring(0, text.length() - string(arguments, 0).length())
              : text;
      case "isdigit" -> !text.isEmpty() && text.chars().allMatch(Character::isDigit);
      case "isalpha" -> !text.isEmpty() && text.chars().allMatch(Character::isLetter);
      case "isspace" -> !text.isEmpty() && Texts.strip(text).isEmpty();
      default -> throw new MethodNotFoundException("strings have no method " + method + " here");
    };
  }

  static Object ofMap(Map<?, ?> map, String method, Object[] arguments) {
    return switch (method) {
      case "get" -> {
        Object value = map.get(arguments[0]);
        yield value != null || arguments.length < 2 ? value : arguments[1];
      }
      case "items" -> new ArrayList<>(map.entrySet());
      case "keys" -> new ArrayList<>(map.keySet());
      case "values" -> new ArrayList<>(map.values());
      case "copy" -> new LinkedHashMap<>(map);
      default -> throw new MethodNotFoundException("maps have no method " + method + " here");
    };
  }

  static Object ofList(List<?> list, String method, Object[] arguments) {
    return switch (method) {
      case "index" -> (long) list.indexOf(arguments[0]);
      case "count" -> (long) Collections.frequency(list, arguments[0]);
      case "copy" -> new ArrayList<>(list);
      default -> throw new MethodNotFoundException("lists have no method " + method + " here");
    };
  }

  /** A character by its place, from the end if negative; null outside. */
  static String charAt(String text, int index) {
    int at = index < 0 ? index + text.length() : index;
    return at < 0 || at >= text.length() ? null : text.substring(at, at + 1);
  }

  private static String strip(String text, Object[] arguments, boolean left, boolean right) {
    String signs = arguments.length == 0 ? null : Objects.toString(arguments[0], null);
    int start = 0;
    int end = text.length();
    while (left && start < end && isStripped(text.charAt(start), signs)) {
      start++;
    }
    while (right && end > start && isStripped(text.charAt(end - 1), signs)) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isStripped(char c, String signs) {
    return signs == null ? Texts.isSpace(c) : signs.indexOf(c) >= 0;
  }

  private static List<String> split(String text, Object[] arguments) {
    String separator = arguments.length == 0 ? null : Objects.toString(arguments[0], null);
    if (separator == null) {
      String words = Texts.strip(text);
      return new ArrayList<>(words.isEmpty() ? List.of() : Arrays.asList(words.split("\\s+")));
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    int at = indexOf(text, separator, 0);
    for (int left = limit(arguments); at >= 0 && left > 0; left--) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = indexOf(text, separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static List<String> rightSplit(String text, Object[] arguments) {
    List<String> parts = split(text, new Object[] {arguments[0]});
    int head = Math.max(parts.size() - limit(arguments), 1);
    List<String> joined = new ArrayList<>();
    joined.add(String.join(string(arguments, 0), parts.subList(0, head)));
    joined.addAll(parts.subList(head, parts.size()));
    return joined;
  }

  private static int limit(Object[] arguments) {
    boolean limited = arguments.length > 1 && arguments[1] instanceof Number n && n.intValue() >= 0;
    return limited ? ((Number) arguments[1]).intValue() : Integer.MAX_VALUE;
  }

  private static int indexOf(String text, String separator, int from) {
    if (separator.isEmpty()) {
      throw new ELException("empty separator");
    }
    return text.indexOf(separator, from);
  }

  private static String replace(String text, Object[] arguments) {
    String from = string(arguments, 0);
    String to = string(arguments, 1);
    long grown = (long) text.length() + count(text, from) * to.length();
    if (grown > 1 << 24) {
      throw new ELException("replace makes a text of " + grown + " characters");
    }
    return text.replace(from, to);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return text.length() + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static String join(String separator, Object parts) {
    List<String> strings = new ArrayList<>();
    if (parts instanceof Iterable<?> items) {
      items.forEach(item -> strings.add(String.valueOf(item)));
    }
    return String.join(separator, strings);
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder(text.toLowerCase(Locale.ROOT));
    boolean inWord = false;
    for (int i = 0; i < title.length(); i++) {
      char c = title.charAt(i);
      title.setCharAt(i, inWord ? c : Character.toUpperCase(c));
      inWord = Character.isLetter(c);
    }
    return title.toString();
  }

  private static List<String> anyOf(Object argument) {
    return argument instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(argument));
  }

  private static String string(Object[] arguments, int i) {
    if (i >= arguments.length) {
      throw new ELException("an argument is missing");
    }
    return String.valueOf(arguments[i]);
  }
}

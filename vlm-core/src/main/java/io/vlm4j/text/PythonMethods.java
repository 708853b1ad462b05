package io.vlm4j.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * The methods of Python's strings and dictionaries that chat templates call. Values are Java's
 * here, so a call {@code x.strip()} is rewritten to a filter, {@code x|py_strip()}.
 */
final class PythonMethods {
  private static final Map<String, BiFunction<Object, String[], Object>> METHODS =
      Map.ofEntries(
          Map.entry("upper", (x, a) -> text(x).toUpperCase(Locale.ROOT)),
          Map.entry("lower", (x, a) -> text(x).toLowerCase(Locale.ROOT)),
          Map.entry("capitalize", (x, a) -> capitalize(text(x))),
          Map.entry("title", (x, a) -> capitalize(text(x))),
          Map.entry("strip", (x, a) -> stripEnd(stripStart(text(x), a), a)),
          Map.entry("lstrip", (x, a) -> stripStart(text(x), a)),
          Map.entry("rstrip", (x, a) -> stripEnd(text(x), a)),
          Map.entry("startswith", (x, a) -> text(x).startsWith(a[0])),
          Map.entry("endswith", (x, a) -> text(x).endsWith(a[0])),
          Map.entry("replace", (x, a) -> text(x).replace(a[0], a[1])),
          Map.entry("split", (x, a) -> split(text(x), a)),
          Map.entry("get", PythonMethods::get),
          Map.entry("items", (x, a) -> items(x)),
          Map.entry("keys", (x, a) -> x instanceof Map<?, ?> map ? List.copyOf(map.keySet()) : x));

  private static final Pattern CALL =
      Pattern.compile("(?<=[\\w\\])'\"])\\.(" + String.join("|", METHODS.keySet()) + ")\\(");

  private PythonMethods() {}

  static String asFilters(String template) {
    return CALL.matcher(template).replaceAll("|py_$1(");
  }

  static void register(Jinjava jinjava) {
    METHODS.forEach(
        (name, method) -> jinjava.registerFilter(new MethodFilter("py_" + name, method)));
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }

  private static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String stripStart(String text, String[] characters) {
    int start = 0;
    while (start < text.length() && isStripped(text.charAt(start), characters)) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripEnd(String text, String[] characters) {
    int end = text.length();
    while (end > 0 && isStripped(text.charAt(end - 1), characters)) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isStripped(char c, String[] characters) {
    return characters.length == 0 ? Character.isWhitespace(c) : characters[0].indexOf(c) >= 0;
  }

  private static List<String> split(String text, String[] separator) {
    return separator.length == 0
        ? Arrays.asList(text.strip().split("\\s+"))
        : Arrays.asList(text.split(Pattern.quote(separator[0]), -1));
  }

  private static Object get(Object value, String[] arguments) {
    Object found = value instanceof Map<?, ?> map ? map.get(arguments[0]) : null;
    return found == null && arguments.length > 1 ? arguments[1] : found;
  }

  private static Object items(Object value) {
    return value instanceof Map<?, ?> map
        ? map.entrySet().stream().map(e -> Arrays.asList(e.getKey(), e.getValue())).toList()
        : value;
  }

  private record MethodFilter(String name, BiFunction<Object, String[], Object> method)
      implements Filter {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
      return method.apply(value, arguments);
    }
  }
}

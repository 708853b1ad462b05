package io.vlm4j.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Filters whose results in Jinjava differ from those in Python's Jinja. */
final class JinjaFilters {
  /** The name of the filter that stands for the slice {@code [::-1]}. */
  static final String REVERSED = "reversed_items";

  private JinjaFilters() {}

  static List<Filter> all() {
    return List.of(
        new NamedFilter("trim", (value, arguments) -> Texts.strip(Objects.toString(value, ""))),
        new NamedFilter("capitalize", (value, args) -> capitalize(Objects.toString(value, ""))),
        new NamedFilter(REVERSED, (value, arguments) -> reversed(value)),
        new NamedFilter("items", (value, arguments) -> items(value)),
        new NamedFilter(
            "tojson", (value, arguments) -> PythonJson.write(value, arguments.get("indent"))));
  }

  static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static List<Object> items(Object value) {
    return value instanceof Map<?, ?> map ? new ArrayList<>(map.entrySet()) : List.of();
  }

  private static Object reversed(Object value) {
    if (value instanceof Collection<?> collection) {
      List<Object> items = new ArrayList<>(collection);
      Collections.reverse(items);
      return items;
    }
    return new StringBuilder(Objects.toString(value, "")).reverse().toString();
  }

  private interface Body {
    Object apply(Object value, Map<String, Object> arguments);
  }

  private record NamedFilter(String name, Body body) implements Filter {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
      return body.apply(value, Map.of());
    }

    @Override
    public Object filter(
        Object value,
        JinjavaInterpreter interpreter,
        Object[] arguments,
        Map<String, Object> named) {
      return body.apply(value, named);
    }
  }
}

package io.vlm4j.text;

import com.google.gson.JsonPrimitive;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELException;

/**
 * The filter {@code tojson} as transformers defines it: Python's {@code json.dumps} with its spaces
 * after commas and colons, and characters beyond ASCII as they are.
 */
final class PythonJson implements AdvancedFilter {
  private static final int MAX_DEPTH = 100;

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
    Object indent = arguments.length > 0 ? arguments[0] : named.get("indent");
    return write(value, indent instanceof Number n ? n.intValue() : -1, 0);
  }

  private static String write(Object value, int indent, int depth) {
    if (depth > MAX_DEPTH) {
      throw new ELException("tojson of a value nested over " + MAX_DEPTH + " times");
    }
    if (value instanceof Map<?, ?> map) {
      List<String> entries = new ArrayList<>();
      map.forEach(
          (key, item) ->
              entries.add(quoted(String.valueOf(key)) + ": " + write(item, indent, depth + 1)));
      return enclosed("{", entries, "}", indent, depth);
    }
    if (value instanceof Iterable<?> items) {
      List<String> entries = new ArrayList<>();
      items.forEach(item -> entries.add(write(item, indent, depth + 1)));
      return enclosed("[", entries, "]", indent, depth);
    }
    boolean literal = value == null || value instanceof Number || value instanceof Boolean;
    return literal ? String.valueOf(value) : quoted(value.toString());
  }

  private static String enclosed(
      String open, List<String> entries, String close, int indent, int depth) {
    if (indent < 0 || entries.isEmpty()) {
      return open + String.join(", ", entries) + close;
    }
    String margin = "\n" + " ".repeat(Math.min(indent, 16) * depth);
    String inner = margin + " ".repeat(Math.min(indent, 16));
    return open + inner + String.join("," + inner, entries) + margin + close;
  }

  private static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }
}

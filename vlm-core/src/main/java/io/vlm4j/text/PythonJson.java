package io.vlm4j.text;

import com.google.gson.JsonPrimitive;
import java.util.Collection;
import java.util.Map;
import jinjava.javax.el.ELException;

/** JSON as Python's {@code json.dumps(ensure_ascii=False)} writes it, which templates rely on. */
final class PythonJson {
  private static final int MAX_DEPTH = 100;

  private final StringBuilder out = new StringBuilder();
  private final int indent;

  private PythonJson(int indent) {
    this.indent = indent;
  }

  /**
   * @param indent spaces per level, or null for one line
   */
  static String write(Object value, Object indent) {
    PythonJson json =
        new PythonJson(indent instanceof Number n ? Math.max(0, Math.min(n.intValue(), 16)) : -1);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new ELException("tojson: a value nested deeper than " + MAX_DEPTH);
    }
    if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof Collection<?> collection) {
      array(collection, depth);
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      out.append(quoted(value.toString()));
    }
  }

  private void object(Map<?, ?> map, int depth) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      separate(first, depth + 1);
      first = false;
      out.append(quoted(String.valueOf(entry.getKey()))).append(": ");
      value(entry.getValue(), depth + 1);
    }
    end(first, depth, '}');
  }

  private void array(Collection<?> list, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : list) {
      separate(first, depth + 1);
      first = false;
      value(item, depth + 1);
    }
    end(first, depth, ']');
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(indent < 0 ? ", " : ",");
    }
    newLine(depth);
  }

  private void end(boolean empty, int depth, char bracket) {
    if (!empty) {
      newLine(depth);
    }
    out.append(bracket);
  }

  private void newLine(int depth) {
    if (indent >= 0) {
      out.append('\n').append(" ".repeat(indent * depth));
    }
  }

  private static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }
}

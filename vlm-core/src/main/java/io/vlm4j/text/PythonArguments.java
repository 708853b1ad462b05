package io.vlm4j.text;

import java.util.List;
import jinjava.javax.el.ELException;

/**
 * Arguments of a Python method that a template calls.
 *
 * @param method the method, for errors
 * @param values the arguments by position
 */
record PythonArguments(String method, List<Object> values) {

  boolean has(int position) {
    return get(position) != null;
  }

  Object get(int position) {
    return position < values.size() ? values.get(position) : null;
  }

  String text(int position) {
    if (get(position) instanceof CharSequence text) {
      return text.toString();
    }
    throw new ELException(
        method + "() needs a string as argument " + (position + 1) + ", not " + get(position));
  }

  int number(int position, int defaultValue) {
    return get(position) instanceof Number number ? number.intValue() : defaultValue;
  }
}

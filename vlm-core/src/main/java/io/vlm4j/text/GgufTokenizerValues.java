package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Typed reading of the tokenizer's values in a GGUF's metadata. Lists may be a {@link List} or any
 * array; what has another type than the key asks for is an {@link InvalidModelException} that names
 * the key.
 */
record GgufTokenizerValues(Map<String, Object> values) {

  static final String ORIGIN = "the GGUF's metadata";

  Optional<String> string(String key) {
    Object value = values.get(key);
    if (value != null && !(value instanceof String)) {
      throw wrongType(key, value, "a string");
    }
    return Optional.ofNullable((String) value);
  }

  boolean flag(String key, boolean defaultValue) {
    Object value = values.get(key);
    if (value == null) {
      return defaultValue;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrongType(key, value, "true or false");
  }

  /** A whole number from 0 to 2^31 - 1. */
  OptionalInt id(String key) {
    Object value = values.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(toInt(key, value));
  }

  Optional<String[]> strings(String key) {
    return list(key)
        .map(
            list -> {
              String[] strings = new String[list.size()];
              for (int i = 0; i < strings.length; i++) {
                if (!(list.get(i) instanceof String text)) {
                  throw wrongType(key + "[" + i + "]", list.get(i), "a string");
                }
                strings[i] = text;
              }
              return strings;
            });
  }

  Optional<float[]> floats(String key) {
    return list(key)
        .map(
            list -> {
              float[] floats = new float[list.size()];
              for (int i = 0; i < floats.length; i++) {
                if (!(list.get(i) instanceof Number number)
                    || !Float.isFinite(number.floatValue())) {
                  throw wrongType(key + "[" + i + "]", list.get(i), "a finite number");
                }
                floats[i] = number.floatValue();
              }
              return floats;
            });
  }

  Optional<int[]> ints(String key) {
    return list(key)
        .map(
            list -> {
              int[] ints = new int[list.size()];
              for (int i = 0; i < ints.length; i++) {
                ints[i] = toInt(key + "[" + i + "]", list.get(i));
              }
              return ints;
            });
  }

  private Optional<List<?>> list(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof List<?> list) {
      return Optional.of(list);
    }
    if (value instanceof Object[] array) {
      return Optional.of(Arrays.asList(array));
    }
    if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      List<Object> boxed = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        boxed.add(Array.get(value, i));
      }
      return Optional.of(boxed);
    }
    throw wrongType(key, value, "a list");
  }

  private static int toInt(String key, Object value) {
    boolean whole =
        value instanceof Integer
            || value instanceof Long
            || value instanceof Short
            || value instanceof Byte;
    if (whole) {
      long number = ((Number) value).longValue();
      if (number >= 0 && number <= Integer.MAX_VALUE) {
        return (int) number;
      }
    }
    throw wrongType(key, value, "a whole number from 0 to " + Integer.MAX_VALUE);
  }

  private static InvalidModelException wrongType(String key, Object value, String expected) {
    String shown = String.valueOf(value);
    return new InvalidModelException(
        ORIGIN
            + " has "
            + key
            + " = "
            + (shown.length() > 40 ? shown.substring(0, 40) + "..." : shown)
            + "; expected "
            + expected);
  }
}

package io.vlm4j.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON objects on one line. */
public final class Json {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** Adds a field. */
  public Json put(String key, Object value) {
    fields.put(key, value);
    return this;
  }

  /** A list on one line. */
  static String list(List<?> values) {
    return GSON.toJson(values);
  }

  @Override
  public String toString() {
    return GSON.toJson(fields);
  }

  /** Milliseconds with one decimal. */
  static double millis(double value) {
    return Math.round(value * 10) / 10.0;
  }
}

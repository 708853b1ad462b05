package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * The typed key-value pairs of a GGUF file: configuration and tokenizer. Values are {@code Long}
 * for all integers, {@code Double}, {@code Boolean}, {@code String}, or a {@code List} of these.
 */
public final class GgufMetadata {
  private final String origin;
  private final Map<String, Object> values;

  GgufMetadata(String origin, Map<String, Object> values) {
    this.origin = origin;
    this.values = Collections.unmodifiableMap(values);
  }

  /** The file. */
  public String origin() {
    return origin;
  }

  /** All values by key, in file order. */
  public Map<String, Object> values() {
    return values;
  }

  /** A string that must be there. */
  public String getString(String key) {
    return required(key, findString(key));
  }

  /** A string, if it is there. */
  public Optional<String> findString(String key) {
    return find(key, String.class, "a string");
  }

  /** A whole number of 32 bits that must be there. */
  public int getInt(String key) {
    return required(key, findInt(key));
  }

  /** A whole number of 32 bits, if it is there. */
  public Optional<Integer> findInt(String key) {
    return find(key, Long.class, "a whole number")
        .map(
            value -> {
              if (value != value.intValue()) {
                throw wrong(key, value.toString(), "a whole number of 32 bits");
              }
              return value.intValue();
            });
  }

  /** A number, if it is there. */
  public Optional<Double> findDouble(String key) {
    return find(key, Number.class, "a number").map(Number::doubleValue);
  }

  private <T> Optional<T> find(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw wrong(key, "a " + value.getClass().getSimpleName(), expected);
    }
    return Optional.ofNullable(type.cast(value));
  }

  private <T> T required(String key, Optional<T> value) {
    return value.orElseThrow(
        () -> new InvalidModelException(origin + " has no metadata value " + key));
  }

  private InvalidModelException wrong(String key, String found, String expected) {
    return new InvalidModelException(
        origin + ": metadata value " + key + " is " + found + "; expected " + expected);
  }
}

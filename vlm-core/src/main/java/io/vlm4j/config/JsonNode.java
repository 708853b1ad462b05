package io.vlm4j.config;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A read-only cursor over a JSON value that remembers where it stands, so that every error names
 * the file and the key.
 *
 * <p>A key whose value is {@code null} counts as absent, as the hub's configuration files use it.
 */
public final class JsonNode {
  private final JsonElement element;
  private final String origin;
  private final String path;

  private JsonNode(JsonElement element, String origin, String path) {
    this.element = element;
    this.origin = origin;
    this.path = path;
  }

  /** Reads a JSON file. */
  public static JsonNode read(Path file) {
    return parse(text(file), file.toString());
  }

  /** Reads a JSON file as {@link #parseStrict} reads text. */
  public static JsonNode readStrict(Path file) {
    return parseStrict(text(file), file.toString());
  }

  /**
   * Parses JSON text.
   *
   * @param origin what errors call the text, usually its file
   */
  public static JsonNode parse(String text, String origin) {
    try {
      JsonElement element = JsonParser.parseString(text);
      if (element.isJsonNull() && text.isBlank()) {
        throw new InvalidModelException(origin + " is empty; expected JSON");
      }
      return new JsonNode(element, origin, "");
    } catch (JsonParseException | StackOverflowError e) {
      String reason = e.getMessage() == null ? "nested too deeply" : firstLine(e.getMessage());
      throw new InvalidModelException(origin + " is not valid JSON: " + reason, e);
    }
  }

  /**
   * Parses JSON text to the letter of RFC 8259, where a key may come only once in an object. At
   * most 2^21 values are read, so that a hostile text cannot fill the memory.
   *
   * @param origin what errors call the text, usually its file
   */
  public static JsonNode parseStrict(String text, String origin) {
    StrictJson.require(text, origin);
    return parse(text, origin);
  }

  /**
   * A value made of maps, lists, strings, numbers and truth values.
   *
   * @param origin what errors call it
   */
  public static JsonNode of(Map<String, ?> values, String origin) {
    return new JsonNode(new Gson().toJsonTree(values), origin, "");
  }

  /**
   * A cursor over a tree that was built in memory.
   *
   * @param origin what errors call it
   */
  public static JsonNode of(JsonElement element, String origin) {
    return new JsonNode(element, origin, "");
  }

  /** An empty object: every key is absent. */
  public static JsonNode empty(String origin) {
    return new JsonNode(new JsonObject(), origin, "");
  }

  /** The file (or other source) that this value came from. */
  public String origin() {
    return origin;
  }

  /** True if the key is there and not {@code null}. */
  public boolean has(String key) {
    return find(key) != null;
  }

  /** The keys of this object, in file order, those with {@code null} values included. */
  public Set<String> keys() {
    return new LinkedHashSet<>(asObject().keySet());
  }

  /** True if this value is an object. */
  public boolean isObject() {
    return element.isJsonObject();
  }

  /** True if this value is an array. */
  public boolean isArray() {
    return element.isJsonArray();
  }

  /** True if this value is a string. */
  public boolean isString() {
    return element instanceof JsonPrimitive primitive && primitive.isString();
  }

  /** True if this value is a number. */
  public boolean isNumber() {
    return element instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  /** The value under a key that must be there. */
  public JsonNode get(String key) {
    return optional(key)
        .orElseThrow(
            () -> new InvalidModelException(origin + " has no key " + shortened(child(key))));
  }

  /** The value under a key, if it is there. */
  public Optional<JsonNode> optional(String key) {
    JsonElement value = find(key);
    return value == null ? Optional.empty() : Optional.of(new JsonNode(value, origin, child(key)));
  }

  /** The object under a key, or an empty one. */
  public JsonNode objectOrEmpty(String key) {
    return optional(key).orElseGet(() -> new JsonNode(new JsonObject(), origin, child(key)));
  }

  /** This object with a string under a key where it has none. */
  public JsonNode withDefault(String key, String value) {
    JsonObject object = asObject();
    if (find(key) != null) {
      return this;
    }
    JsonObject merged = object.deepCopy();
    merged.addProperty(key, value);
    return new JsonNode(merged, origin, path);
  }

  /** This object with an integer under a key, whatever it has there. */
  public JsonNode with(String key, int value) {
    JsonObject merged = asObject().deepCopy();
    merged.addProperty(key, value);
    return new JsonNode(merged, origin, path);
  }

  /** This object with some keys taken from another where it lacks them. */
  public JsonNode withFallback(JsonNode other, String... fallbackKeys) {
    JsonObject merged = asObject().deepCopy();
    for (String key : fallbackKeys) {
      JsonElement value = other.find(key);
      if (value != null && find(key) == null) {
        merged.add(key, value);
      }
    }
    return new JsonNode(merged, origin, path);
  }

  /** An integer that must be there. */
  public int getInt(String key) {
    return get(key).asInt();
  }

  /** An integer, or the default. */
  public int getInt(String key, int defaultValue) {
    return optional(key).map(JsonNode::asInt).orElse(defaultValue);
  }

  /** A number that must be there. */
  public double getDouble(String key) {
    return get(key).asDouble();
  }

  /** A number, or the default. */
  public double getDouble(String key, double defaultValue) {
    return optional(key).map(JsonNode::asDouble).orElse(defaultValue);
  }

  /** A truth value, or the default. */
  public boolean getBoolean(String key, boolean defaultValue) {
    return optional(key).map(JsonNode::asBoolean).orElse(defaultValue);
  }

  /** A string that must be there. */
  public String getString(String key) {
    return get(key).asString();
  }

  /** A string, or the default. */
  public String getString(String key, String defaultValue) {
    return optional(key).map(JsonNode::asString).orElse(defaultValue);
  }

  /** The elements of the array under a key; none if the key is absent. */
  public List<JsonNode> getList(String key) {
    return optional(key).map(JsonNode::asList).orElse(List.of());
  }

  /** This value as a list. */
  public List<JsonNode> asList() {
    if (!(element instanceof JsonArray array)) {
      throw wrongType("an array");
    }
    List<JsonNode> nodes = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      nodes.add(new JsonNode(array.get(i), origin, path + "[" + i + "]"));
    }
    return nodes;
  }

  /** This value as a map from keys to whole numbers, in file order. */
  public Map<String, Integer> asIntMap() {
    Map<String, Integer> map = new LinkedHashMap<>();
    asObject()
        .entrySet()
        .forEach(e -> map.put(e.getKey(), new JsonNode(e.getValue(), origin, path).asInt()));
    return map;
  }

  /** This value as integers: an array, or one number. */
  public int[] asInts() {
    return isNumber() ? new int[] {asInt()} : asList().stream().mapToInt(JsonNode::asInt).toArray();
  }

  /** This value as numbers. */
  public float[] asFloats() {
    List<JsonNode> list = asList();
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }

  /** This value as a whole number of 32 bits; {@code 4.0} counts, {@code 4.5} does not. */
  public int asInt() {
    if (isNumber() && isSmallInt(element.getAsString())) {
      return Integer.parseInt(element.getAsString()); // vocabularies have many
    }
    try {
      return decimal().intValueExact();
    } catch (ArithmeticException e) {
      throw wrongType("a whole number of 32 bits");
    }
  }

  /** This value as a whole number of 64 bits. */
  public long asLong() {
    try {
      return decimal().longValueExact();
    } catch (ArithmeticException e) {
      throw wrongType("a whole number of 64 bits");
    }
  }

  /** This value as a number. */
  public double asDouble() {
    return decimal().doubleValue();
  }

  /** This value as a truth value. */
  public boolean asBoolean() {
    if (element instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrongType("true or false");
  }

  /** This value as a string. */
  public String asString() {
    if (!isString()) {
      throw wrongType("a string");
    }
    return element.getAsString();
  }

  /** The JSON text of this value. */
  @Override
  public String toString() {
    return element.toString();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InvalidModelException("no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(file + " is not UTF-8 text, so it cannot be JSON", e);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Digits alone, too few to overflow. */
  private static boolean isSmallInt(String number) {
    return number.length() < 10 && number.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private BigDecimal decimal() {
    if (!isNumber()) {
      throw wrongType("a number");
    }
    try {
      BigDecimal value = element.getAsBigDecimal();
      if (Math.abs((long) value.scale()) > 400) { // exact conversion of 1e999999999 would not end
        throw wrongType("a number of ordinary size");
      }
      return value;
    } catch (NumberFormatException e) {
      throw wrongType("a number");
    }
  }

  private JsonElement find(String key) {
    JsonElement value = asObject().get(key);
    return value == null || value.isJsonNull() ? null : value;
  }

  private JsonObject asObject() {
    if (!(element instanceof JsonObject object)) {
      throw wrongType("an object");
    }
    return object;
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private InvalidModelException wrongType(String expected) {
    String where = path.isEmpty() ? origin : origin + ": " + shortened(path);
    return new InvalidModelException(
        where + " is " + shortened(element.toString()) + "; expected " + expected);
  }

  /** Text out of a file as an error shows it: on one line, and not without end. */
  static String shortened(String text) {
    return oneLine(text, 80);
  }

  static String firstLine(String text) {
    return oneLine(text.lines().findFirst().orElse(text), 300);
  }

  private static String oneLine(String text, int longest) {
    String shown = text.length() > longest ? text.substring(0, longest) + "..." : text;
    return shown.replaceAll("[\\p{Cntrl}\\x85\\u2028\\u2029]", " ");
  }
}

package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What stands beside the vocabulary: {@code tokenizer_config.json} and {@code
 * special_tokens_map.json}, either of which may be absent.
 */
record TokenizerConfig(JsonNode config, JsonNode specialTokensMap) {

  static TokenizerConfig read(Path folder) {
    return new TokenizerConfig(
        readOrEmpty(folder.resolve("tokenizer_config.json")),
        readOrEmpty(folder.resolve("special_tokens_map.json")));
  }

  private static JsonNode readOrEmpty(Path file) {
    return Files.isRegularFile(file) ? JsonNode.read(file) : JsonNode.empty(file.toString());
  }

  /** The class name without its {@code Fast} ending, or the empty string. */
  String tokenizerClass() {
    String name = config.getString("tokenizer_class", "");
    return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
  }

  boolean cleanUpSpaces() {
    return config.getBoolean("clean_up_tokenization_spaces", false);
  }

  boolean flag(String key, boolean defaultValue) {
    return config.getBoolean(key, defaultValue);
  }

  /** The token with a role, or the default. The special tokens map only fills gaps. */
  String token(String role, String defaultValue) {
    JsonNode source = config.has(role) ? config : specialTokensMap;
    return source.optional(role).map(TokenizerConfig::text).orElse(defaultValue);
  }

  /** The token with a role, which the vocabulary must hold. */
  SpecialTokens.Token required(
      String role, String defaultValue, Function<String, OptionalInt> ids, String origin) {
    String text = token(role, defaultValue);
    OptionalInt id = ids.apply(text);
    if (id.isEmpty()) {
      throw new InvalidModelException(
          origin + " lacks " + text + ", the " + role + "; name another in tokenizer_config.json");
    }
    return new SpecialTokens.Token(text, id.getAsInt());
  }

  /** Role to token, in and out of the vocabulary. */
  Map<String, String> tokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (JsonNode source : new JsonNode[] {specialTokensMap, config}) {
      for (String key : source.keys()) {
        if (isRole(source, key)) {
          tokens.put(key, text(source.get(key)));
        }
      }
    }
    return tokens;
  }

  /** Roles with their ids. */
  SpecialTokens specialTokens(Function<String, OptionalInt> ids) {
    Map<String, SpecialTokens.Token> roles = new LinkedHashMap<>();
    for (JsonNode source : new JsonNode[] {specialTokensMap, config}) {
      addRoles(source, ids, roles);
      addRoles(source.objectOrEmpty("extra_special_tokens"), ids, roles);
    }
    return new SpecialTokens(roles);
  }

  private static void addRoles(
      JsonNode source, Function<String, OptionalInt> ids, Map<String, SpecialTokens.Token> roles) {
    if (!source.isObject()) {
      return; // newer files write extra_special_tokens as a list, which gives no roles
    }
    for (String key : source.keys()) {
      if (isRole(source, key)) {
        String text = text(source.get(key));
        ids.apply(text).ifPresent(id -> roles.put(key, new SpecialTokens.Token(text, id)));
      }
    }
  }

  /** {@code add_bos_token} is a flag, so only strings and {@code AddedToken} objects count. */
  private static boolean isRole(JsonNode source, String key) {
    if (!key.endsWith("_token") || !source.has(key)) {
      return false;
    }
    JsonNode node = source.get(key);
    return node.isString() || (node.isObject() && node.has("content"));
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.asString() : node.getString("content");
  }
}

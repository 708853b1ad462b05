package io.vlm4j.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tokens that are recognised inside any text, such as {@code <image>}, ordered by id. */
final class AddedTokens {

  /**
   * One token.
   *
   * @param special whether decoding may leave it out
   * @param stripLeft whether it swallows white space before it
   * @param stripRight whether it swallows white space after it
   * @param normalized whether it is looked for in the normalised text
   */
  record Entry(
      int id,
      String content,
      boolean special,
      boolean stripLeft,
      boolean stripRight,
      boolean normalized) {}

  private final Map<Integer, Entry> entries = new TreeMap<>();

  /**
   * What the hub's configuration adds: {@code added_tokens.json} (older) and {@code
   * added_tokens_decoder} of {@code tokenizer_config.json}.
   */
  static AddedTokens read(Path folder, TokenizerConfig config) {
    AddedTokens tokens = new AddedTokens();
    Path file = folder.resolve("added_tokens.json");
    if (Files.isRegularFile(file)) {
      JsonNode.read(file).asIntMap().forEach((content, id) -> tokens.add(id, content, false));
    }
    JsonNode decoder = config.config().objectOrEmpty("added_tokens_decoder");
    for (String key : decoder.keys()) {
      tokens.add(entry(key, decoder.get(key)));
    }
    return tokens;
  }

  private static Entry entry(String key, JsonNode node) {
    try {
      return new Entry(
          Integer.parseInt(key),
          node.getString("content"),
          node.getBoolean("special", false),
          node.getBoolean("lstrip", false),
          node.getBoolean("rstrip", false),
          node.getBoolean("normalized", false));
    } catch (NumberFormatException e) {
      throw new InvalidModelException(
          node.origin() + ": added_tokens_decoder has the key " + key + "; expected an id", e);
    }
  }

  /** A {@code tokenizer.json} with more special tokens, after all that it has. */
  static JsonNode appendedTo(JsonNode tokenizerJson, List<String> contents) {
    Vocabulary vocabulary = Vocabulary.of(tokenizerJson);
    AddedTokens tokens = new AddedTokens();
    int next = vocabulary.size();
    for (String content : contents) {
      if (vocabulary.id(content).isEmpty()) {
        tokens.add(next++, content, true);
      }
    }
    JsonObject root = JsonParser.parseString(tokenizerJson.toString()).getAsJsonObject();
    if (!root.has("added_tokens") || root.get("added_tokens").isJsonNull()) {
      root.add("added_tokens", new JsonArray());
    }
    TokenizerJson.write(tokens, root.getAsJsonArray("added_tokens"));
    return JsonNode.of(root, tokenizerJson.origin());
  }

  AddedTokens add(int id, String content, boolean special) {
    return add(new Entry(id, content, special, false, false, false));
  }

  AddedTokens add(Entry entry) {
    entries.put(entry.id(), entry);
    return this;
  }

  /** Adds an entry unless its id has one. */
  AddedTokens addIfAbsent(int id, String content, boolean special) {
    entries.putIfAbsent(id, new Entry(id, content, special, false, false, false));
    return this;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  /** A vocabulary with these tokens in it, so that each keeps its id whatever gaps there are. */
  Map<String, Integer> joinedTo(Map<String, Integer> vocab) {
    Map<String, Integer> joined = new LinkedHashMap<>(vocab);
    entries.values().forEach(entry -> joined.put(entry.content(), entry.id()));
    return joined;
  }

  /** These tokens and those that have a role; all of the latter are special. */
  AddedTokens withRoles(TokenizerConfig config, Map<String, Integer> vocab) {
    AddedTokens all = new AddedTokens();
    all.entries.putAll(entries);
    Map<Integer, SpecialTokens.Token> roles = new HashMap<>();
    config
        .specialTokens(text -> Vocabulary.lookUp(vocab, text))
        .roles()
        .values()
        .forEach(token -> roles.put(token.id(), token));
    roles.forEach((id, token) -> all.addIfAbsent(id, token.text(), true));
    return all;
  }
}

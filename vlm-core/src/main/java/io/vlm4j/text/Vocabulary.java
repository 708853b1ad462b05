package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Tokens and ids of a {@code tokenizer.json}: the model's own and the added ones. */
final class Vocabulary {
  /** Far above any published vocabulary; keeps a lying id from claiming memory. */
  static final int MAX_ID = 1 << 22;

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, String> addedTokens = new HashMap<>();
  private final BitSet special = new BitSet();
  private String[] tokens = new String[0];
  private int modelSize;
  private int size;

  private Vocabulary() {}

  static Vocabulary of(JsonNode tokenizerJson) {
    Vocabulary vocabulary = new Vocabulary();
    vocabulary.addModel(tokenizerJson.get("model").get("vocab"));
    vocabulary.addAdded(tokenizerJson.getList("added_tokens"));
    return vocabulary;
  }

  int size() {
    return size;
  }

  OptionalInt id(String token) {
    return lookUp(ids, token);
  }

  static OptionalInt lookUp(Map<String, Integer> ids, String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  String token(int id) {
    String added = addedTokens.get(id);
    if (added != null) {
      return added;
    }
    return id < 0 || id >= tokens.length || tokens[id] == null ? "" : tokens[id];
  }

  boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  private void addModel(JsonNode vocab) {
    if (vocab.isArray()) {
      List<JsonNode> pieces = vocab.asList();
      modelSize = pieces.size();
      tokens = new String[modelSize];
      for (int id = 0; id < tokens.length; id++) {
        put(piece(pieces.get(id)), id);
      }
      return;
    }
    Map<String, Integer> pieces = vocab.asIntMap();
    modelSize = pieces.size();
    for (int id : pieces.values()) {
      if (id < 0 || id > MAX_ID) {
        throw new InvalidModelException(
            vocab.origin() + " gives a token the id " + id + "; allowed are 0 to " + MAX_ID);
      }
      size = Math.max(size, id + 1);
    }
    tokens = new String[size];
    pieces.forEach(this::put);
  }

  private static String piece(JsonNode pair) {
    return pair.asList().get(0).asString();
  }

  private void put(String token, int id) {
    tokens[id] = token;
    ids.put(token, id);
    size = Math.max(size, id + 1);
  }

  /**
   * Gives the added tokens the ids that the native tokenizer gives them: the model's where it knows
   * the token, else the next free one, whatever the file claims.
   */
  private void addAdded(List<JsonNode> added) {
    int maxAdded = -1;
    for (JsonNode node : added) {
      String content = node.getString("content");
      Integer known = ids.get(content);
      int id = known != null ? known : Math.max(maxAdded + 1, modelSize);
      if (content.isEmpty()) {
        continue;
      }
      maxAdded = Math.max(maxAdded, id);
      ids.put(content, id);
      addedTokens.put(id, content);
      special.set(id, special.get(id) || node.getBoolean("special", false));
      size = Math.max(size, id + 1);
    }
  }
}

package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A vocabulary of whole words, as captioners of before subwords have it. */
final class WordFile {
  private final String origin;
  private final Map<String, Integer> ids;
  private final Map<String, SpecialTokens.Token> roles;

  private WordFile(
      String origin, Map<String, Integer> ids, Map<String, SpecialTokens.Token> roles) {
    this.origin = origin;
    this.ids = ids;
    this.roles = roles;
  }

  static WordFile read(Path file, Map<String, Integer> roles) {
    JsonNode json = JsonNode.read(file);
    Map<String, Integer> ids = json.isArray() ? numbered(json) : json.asIntMap();
    Map<Integer, String> words =
        ids.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getValue,
                    Map.Entry::getKey,
                    (first, second) -> {
                      throw invalid(json, "'" + first + "' and '" + second + "' have one id");
                    }));
    Map<String, SpecialTokens.Token> tokens = new LinkedHashMap<>();
    roles.forEach(
        (role, id) -> {
          if (!words.containsKey(id)) {
            throw invalid(json, "no word has the id " + id + " of " + role);
          }
          tokens.put(role, new SpecialTokens.Token(words.get(id), id));
        });
    return new WordFile(json.origin(), ids, tokens);
  }

  JsonNode tokenizerJson() {
    TokenizerJson json = new TokenizerJson();
    json.words(ids, roles.get("unk_token").text());
    AddedTokens special = new AddedTokens();
    roles.values().forEach(token -> special.add(token.id(), token.text(), true));
    return json.preTokenizer(TokenizerJson.component("Whitespace"))
        .addedTokens(special)
        .build(origin);
  }

  SpecialTokens specialTokens() {
    return new SpecialTokens(roles);
  }

  private static Map<String, Integer> numbered(JsonNode list) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<JsonNode> words = list.asList();
    for (int id = 0; id < words.size(); id++) {
      String word = words.get(id).asString();
      Integer other = ids.put(word, id);
      if (other != null) {
        throw invalid(list, "'" + word + "' has the ids " + other + " and " + id);
      }
    }
    return ids;
  }

  private static InvalidModelException invalid(JsonNode json, String what) {
    return new InvalidModelException(json.origin() + ": " + what);
  }
}

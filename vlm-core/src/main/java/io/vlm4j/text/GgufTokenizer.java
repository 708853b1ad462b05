package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.byteLevel;
import static io.vlm4j.text.TokenizerJson.component;
import static io.vlm4j.text.TokenizerJson.individualDigits;
import static io.vlm4j.text.TokenizerJson.split;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.text.SentencePieceModel.Kind;
import io.vlm4j.text.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer inside a GGUF. Keys and the meaning of {@code tokenizer.ggml.pre} are those of
 * llama.cpp; its names for the ways of splitting text are mapped to the hub's components.
 */
final class GgufTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";

  private final GgufTokenizerValues metadata;
  private final String[] tokens;
  private final Kind[] kinds;

  private GgufTokenizer(GgufTokenizerValues metadata) {
    this.metadata = metadata;
    this.tokens = required("tokens", metadata.strings(PREFIX + "tokens").orElse(null));
    if (tokens.length == 0 || tokens.length > Vocabulary.MAX_ID) {
      throw invalid("tokens", tokens.length + " entries; allowed are 1 to " + Vocabulary.MAX_ID);
    }
    this.kinds = kinds();
  }

  static HubTokenizer create(Map<String, Object> values) {
    GgufTokenizer tokenizer = new GgufTokenizer(new GgufTokenizerValues(values));
    return HubTokenizer.create(tokenizer.json(), false, ids -> tokenizer.specialTokens());
  }

  private JsonNode json() {
    String model = required("model", metadata.string(PREFIX + "model").orElse(null));
    return switch (model) {
      case "gpt2" -> byteLevelBpe();
      case "llama" -> scoredBpe();
      default ->
          throw new UnsupportedModelException(
              GgufTokenizerValues.ORIGIN
                  + " names the tokenizer "
                  + model
                  + "; supported are gpt2 and llama");
    };
  }

  private JsonNode byteLevelBpe() {
    TokenizerJson json = new TokenizerJson();
    Map<String, Integer> vocab = new LinkedHashMap<>();
    for (int id = 0; id < tokens.length; id++) {
      vocab.put(tokens[id], id);
    }
    JsonObject model = json.bpe(vocab, merges());
    String pre = metadata.string(PREFIX + "pre").orElse("default");
    boolean llama3 = splitLike(pre, json, model);
    return json.addedTokens(addedTokens())
        .postProcessor(template(llama3))
        .decoder(byteLevel(true, true))
        .build(GgufTokenizerValues.ORIGIN);
  }

  /** Returns whether the kind of tokenizer puts BOS before a text by default. */
  private static boolean splitLike(String pre, TokenizerJson json, JsonObject model) {
    switch (pre) {
      case "default", "gpt-2", "mpt", "olmo", "jais", "trillion", "phi-2", "roberta-bpe" ->
          json.preTokenizer(byteLevel(false, true));
      case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b" ->
          json.preTokenizer(individualDigits(), byteLevel(false, true));
      case "qwen2", "deepseek-r1-qwen", "megrez", "stablelm2", "hunyuan" ->
          json.normalizer(component("NFC"))
              .preTokenizer(
                  split(TokenizerJson.QWEN2_PATTERN, "Isolated", false), byteLevel(false, false));
      case "llama3", "llama-v3", "llama-bpe", "falcon3", "smaug-bpe", "dbrx" -> {
        json.preTokenizer(
            split(TokenizerJson.LLAMA3_PATTERN, "Isolated", false), byteLevel(false, false));
        model.addProperty("ignore_merges", pre.startsWith("llama") || pre.equals("falcon3"));
        return pre.startsWith("llama");
      }
      default ->
          throw new UnsupportedModelException(
              GgufTokenizerValues.ORIGIN
                  + " has "
                  + PREFIX
                  + "pre = "
                  + pre
                  + "; supported are default, gpt-2, smollm, starcoder, qwen2, llama-bpe and their"
                  + " like");
    }
    return false;
  }

  private JsonNode scoredBpe() {
    float[] scores = metadata.floats(PREFIX + "scores").orElse(new float[tokens.length]);
    if (scores.length != tokens.length) {
      throw invalid("scores", scores.length + " entries for " + tokens.length + " tokens");
    }
    List<Piece> pieces = new ArrayList<>(tokens.length);
    for (int id = 0; id < tokens.length; id++) {
      pieces.add(new Piece(tokens[id], scores[id], kinds[id]));
    }
    int unknown = id("unknown_token_id").orElse(0);
    boolean prefixSpace = metadata.flag(PREFIX + "add_space_prefix", true);
    ScoredBpe json =
        new ScoredBpe(pieces, unknown, new AddedTokens()).prefixSpace(prefixSpace, true);
    return json.template(before(true), after()).build(GgufTokenizerValues.ORIGIN);
  }

  private JsonArray merges() {
    String[] lines = required("merges", metadata.strings(PREFIX + "merges").orElse(null));
    JsonArray merges = new JsonArray(lines.length);
    for (String line : lines) {
      merges.add(line); // two tokens with a space between, which the native parser reads as such
    }
    return merges;
  }

  private Kind[] kinds() {
    int[] numbers = metadata.ints(PREFIX + "token_type").orElse(null);
    if (numbers != null && numbers.length != tokens.length) {
      throw invalid("token_type", numbers.length + " entries for " + tokens.length + " tokens");
    }
    Kind[] result = new Kind[tokens.length];
    for (int id = 0; id < result.length; id++) {
      result[id] = numbers == null ? Kind.NORMAL : Kind.of(numbers[id]);
    }
    return result;
  }

  private AddedTokens addedTokens() {
    AddedTokens added = new AddedTokens();
    for (int id = 0; id < tokens.length; id++) {
      if (kinds[id].isAdded()) {
        added.add(id, tokens[id], kinds[id] == Kind.CONTROL);
      }
    }
    return added;
  }

  private JsonObject template(boolean bosByDefault) {
    return TokenizerJson.template(before(bosByDefault), after());
  }

  private SpecialTokens.Token before(boolean byDefault) {
    return metadata.flag(PREFIX + "add_bos_token", byDefault) ? token("bos_token_id") : null;
  }

  private SpecialTokens.Token after() {
    return metadata.flag(PREFIX + "add_eos_token", false) ? token("eos_token_id") : null;
  }

  private SpecialTokens specialTokens() {
    Map<String, SpecialTokens.Token> roles = new LinkedHashMap<>();
    Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "pad_token", "padding_token_id",
            "unk_token", "unknown_token_id")
        .forEach(
            (role, key) -> {
              if (token(key) != null) {
                roles.put(role, token(key));
              }
            });
    return new SpecialTokens(roles);
  }

  private SpecialTokens.Token token(String key) {
    OptionalInt id = id(key);
    return id.isEmpty() ? null : new SpecialTokens.Token(tokens[id.getAsInt()], id.getAsInt());
  }

  private OptionalInt id(String key) {
    OptionalInt id = metadata.id(PREFIX + key);
    if (id.isPresent() && id.getAsInt() >= tokens.length) {
      throw invalid(key, id.getAsInt() + ", where the ids end at " + (tokens.length - 1));
    }
    return id;
  }

  private static <T> T required(String key, T value) {
    if (value == null) {
      throw new InvalidModelException(GgufTokenizerValues.ORIGIN + " has no " + PREFIX + key);
    }
    return value;
  }

  private static InvalidModelException invalid(String key, String found) {
    return new InvalidModelException(
        GgufTokenizerValues.ORIGIN + ": " + PREFIX + key + " has " + found);
  }
}

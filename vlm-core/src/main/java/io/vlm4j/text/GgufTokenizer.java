package io.vlm4j.text;

import com.google.gson.Gson;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The byte-level BPE tokenizer in a GGUF file's metadata, written as a {@code tokenizer.json}.
 *
 * <p>How a text is cut before the merges depends on {@code tokenizer.ggml.pre}; source: the regular
 * expressions of llama_vocab in llama.cpp, which stand for the hub's own pre-tokenizers.
 */
final class GgufTokenizer {
  /** Token types of llama.cpp that are matched in the text as they are. */
  private static final long CONTROL = 3;

  private static final long USER_DEFINED = 4;

  private static final Map<String, Object> BYTE_LEVEL =
      Map.of(
          "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", true);
  private static final Map<String, Object> BYTES_ALONE =
      Map.of(
          "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", false);
  private static final String LLAMA_3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final Map<String, Object> metadata;
  private final String origin;

  GgufTokenizer(Map<String, Object> metadata, String origin) {
    this.metadata = metadata;
    this.origin = origin;
  }

  JsonNode toJson() {
    Object model = metadata.get("tokenizer.ggml.model");
    if (!"gpt2".equals(model)) {
      throw new UnsupportedModelException(
          origin
              + " has a tokenizer of the kind "
              + model
              + "; supported is gpt2 (byte-level BPE)");
    }
    List<String> tokens = strings("tokenizer.ggml.tokens");
    Map<String, Integer> vocabulary = new LinkedHashMap<>(2 * tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    Map<String, Object> bpe = new LinkedHashMap<>();
    bpe.put("type", "BPE");
    bpe.put("vocab", vocabulary);
    bpe.put("merges", strings("tokenizer.ggml.merges"));
    bpe.put("ignore_merges", "llama-bpe".equals(pre()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", addedTokens(tokens));
    json.put("pre_tokenizer", preTokenizer());
    json.put("decoder", BYTE_LEVEL);
    json.put("model", bpe);
    return JsonNode.parse(new Gson().toJson(json), origin);
  }

  SpecialTokens specialTokens(Function<String, OptionalInt> ids) {
    List<String> tokens = strings("tokenizer.ggml.tokens");
    Map<String, SpecialTokens.Token> roles = new LinkedHashMap<>();
    Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "unk_token", "unknown_token_id",
            "pad_token", "padding_token_id")
        .forEach(
            (role, key) -> {
              if (metadata.get("tokenizer.ggml." + key) instanceof Long id
                  && id >= 0
                  && id < tokens.size()) {
                int number = id.intValue();
                roles.put(role, new SpecialTokens.Token(tokens.get(number), number));
              }
            });
    return new SpecialTokens(roles);
  }

  private Object preTokenizer() {
    return switch (pre()) {
      case "smollm", "codeshell", "starcoder", "refact" ->
          sequence(Map.of("type", "Digits", "individual_digits", true), BYTE_LEVEL);
      case "llama-bpe" -> sequence(split(LLAMA_3), BYTES_ALONE);
      case "qwen2" -> sequence(split(LLAMA_3.replace("\\p{N}{1,3}", "\\p{N}")), BYTES_ALONE);
      case "gpt-2", "default" -> BYTE_LEVEL;
      default ->
          throw new UnsupportedModelException(
              origin
                  + " has the pre-tokenizer '"
                  + pre()
                  + "'; supported are smollm, codeshell,"
                  + " starcoder, refact, llama-bpe, qwen2, gpt-2, default");
    };
  }

  private static Map<String, Object> split(String regex) {
    return Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", regex),
        "behavior",
        "Isolated",
        "invert",
        false);
  }

  private static Map<String, Object> sequence(Object... steps) {
    return Map.of("type", "Sequence", "pretokenizers", List.of(steps));
  }

  private List<Map<String, Object>> addedTokens(List<String> tokens) {
    List<?> types = list("tokenizer.ggml.token_type");
    if (types.size() != tokens.size()) {
      throw new InvalidModelException(
          origin + " has " + tokens.size() + " tokens but " + types.size() + " token types");
    }
    List<Map<String, Object>> added = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      boolean control = types.get(id).equals(CONTROL);
      if (control || types.get(id).equals(USER_DEFINED)) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", tokens.get(id));
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", control);
        added.add(token);
      }
    }
    return added;
  }

  private String pre() {
    return metadata.get("tokenizer.ggml.pre") instanceof String name ? name : "default";
  }

  private List<String> strings(String key) {
    List<?> values = list(key);
    for (Object value : values) {
      if (!(value instanceof String)) {
        throw new InvalidModelException(
            origin + ": " + key + " holds " + value + "; expected text");
      }
    }
    return values.stream().map(String.class::cast).toList();
  }

  private List<?> list(String key) {
    if (metadata.get(key) instanceof List<?> values) {
      return values;
    }
    throw new InvalidModelException(origin + " has no list " + key + " in its metadata");
  }
}

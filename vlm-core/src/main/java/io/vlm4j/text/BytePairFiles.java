package io.vlm4j.text;

import com.google.gson.Gson;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code vocab.json} and {@code merges.txt}, as the slow tokenizers of GPT-2 and CLIP write them,
 * as a {@code tokenizer.json}.
 *
 * <p>Reference: GPT2Converter and CLIPConverter in transformers' convert_slow_tokenizer.py.
 */
final class BytePairFiles {
  private static final String CLIP_WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  private BytePairFiles() {}

  static JsonNode toJson(Path vocabulary, Path merges, TokenizerConfig config) {
    boolean clip = config.tokenizerClass().equals("CLIPTokenizer");
    Map<String, Integer> ids = JsonNode.read(vocabulary).asIntMap();
    Map<String, Object> bpe = new LinkedHashMap<>();
    bpe.put("type", "BPE");
    bpe.put("vocab", ids);
    bpe.put("merges", merges(merges));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", addedTokens(ids, config));
    if (clip) {
      bpe.put("end_of_word_suffix", "</w>");
      bpe.put("continuing_subword_prefix", "");
      bpe.put("unk_token", config.token("unk_token", "<|endoftext|>"));
      json.put("normalizer", clipNormalizer());
      json.put("pre_tokenizer", clipPreTokenizer());
      json.put("post_processor", clipEnds(ids, config));
    } else {
      Map<String, Object> byteLevel = byteLevel(config.flag("add_prefix_space", false), true);
      json.put("pre_tokenizer", byteLevel);
      json.put("post_processor", byteLevel);
    }
    json.put("decoder", byteLevel(false, true));
    json.put("model", bpe);
    return JsonNode.parse(new Gson().toJson(json), vocabulary.toString());
  }

  private static List<String> merges(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#version"))
          .toList();
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The special tokens, and those that the configuration adds. */
  private static List<Map<String, Object>> addedTokens(
      Map<String, Integer> ids, TokenizerConfig config) {
    Map<Integer, Map<String, Object>> added = new java.util.TreeMap<>();
    for (String role : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
      Integer id = ids.get(config.token(role, ""));
      if (id != null) {
        added.put(id, token(id, config.token(role, ""), true));
      }
    }
    JsonNode decoder = config.config().objectOrEmpty("added_tokens_decoder");
    for (String key : decoder.keys()) {
      try {
        int id = Integer.parseInt(key);
        JsonNode node = decoder.get(key);
        added.put(id, token(id, node.getString("content"), node.getBoolean("special", false)));
      } catch (NumberFormatException e) {
        throw new InvalidModelException(
            decoder.origin() + ": added_tokens_decoder has the key " + key + "; expected an id", e);
      }
    }
    return new ArrayList<>(added.values());
  }

  private static Map<String, Object> token(int id, String content, boolean special) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", id);
    token.put("content", content);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.put(flag, false);
    }
    token.put("special", special);
    return token;
  }

  private static Map<String, Object> byteLevel(boolean prefixSpace, boolean regex) {
    return Map.of(
        "type",
        "ByteLevel",
        "add_prefix_space",
        prefixSpace,
        "trim_offsets",
        true,
        "use_regex",
        regex);
  }

  private static Map<String, Object> clipNormalizer() {
    Map<String, Object> spaces =
        Map.of("type", "Replace", "pattern", Map.of("Regex", "\\s+"), "content", " ");
    return Map.of(
        "type",
        "Sequence",
        "normalizers",
        List.of(Map.of("type", "NFC"), spaces, Map.of("type", "Lowercase")));
  }

  private static Map<String, Object> clipPreTokenizer() {
    Map<String, Object> words =
        Map.of(
            "type",
            "Split",
            "pattern",
            Map.of("Regex", CLIP_WORDS),
            "behavior",
            "Removed",
            "invert",
            true);
    return Map.of("type", "Sequence", "pretokenizers", List.of(words, byteLevel(false, false)));
  }

  private static Map<String, Object> clipEnds(Map<String, Integer> ids, TokenizerConfig config) {
    String begin = config.token("bos_token", "<|startoftext|>");
    String end = config.token("eos_token", "<|endoftext|>");
    if (!ids.containsKey(begin) || !ids.containsKey(end)) {
      throw new InvalidModelException(
          config.config().origin() + ": the vocabulary lacks " + begin + " or " + end);
    }
    return Map.of(
        "type",
        "RobertaProcessing",
        "sep",
        List.of(end, ids.get(end)),
        "cls",
        List.of(begin, ids.get(begin)),
        "trim_offsets",
        false,
        "add_prefix_space",
        false);
  }
}

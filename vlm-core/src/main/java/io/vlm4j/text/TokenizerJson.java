package io.vlm4j.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import java.util.List;
import java.util.Map;

/** Writes a {@code tokenizer.json} for vocabularies that come in another format. */
final class TokenizerJson {
  /** GPT-2's words, numbers and runs of other signs, each with the space before it. */
  static final String GPT2_PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** Llama 3: digits in groups of up to three, contractions in either case. */
  static final String LLAMA3_PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Qwen 2: as Llama 3, with single digits. */
  static final String QWEN2_PATTERN = LLAMA3_PATTERN.replace("\\p{N}{1,3}", "\\p{N}");

  /** CLIP's words and single digits, without spaces. */
  static final String CLIP_PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  /** What WordPiece puts before a piece that does not begin a word. */
  static final String WORD_PIECE_PREFIX = "##";

  /** sentencepiece's sign for a space. */
  static final String META_SPACE = "\u2581";

  private final JsonObject root = new JsonObject();
  private final JsonArray addedTokens = new JsonArray();

  TokenizerJson() {
    root.addProperty("version", "1.0");
    root.add("added_tokens", addedTokens);
  }

  /** The finished JSON. */
  JsonNode build(String origin) {
    return JsonNode.of(root, origin);
  }

  TokenizerJson normalizer(JsonObject... steps) {
    return step("normalizer", "normalizers", steps);
  }

  TokenizerJson preTokenizer(JsonObject... steps) {
    return step("pre_tokenizer", "pretokenizers", steps);
  }

  TokenizerJson postProcessor(JsonObject... steps) {
    return step("post_processor", "processors", steps);
  }

  TokenizerJson decoder(JsonObject... steps) {
    return step("decoder", "decoders", steps);
  }

  private TokenizerJson step(String key, String listKey, JsonObject... steps) {
    if (steps.length == 1) {
      root.add(key, steps[0]);
    } else if (steps.length > 1) {
      JsonObject sequence = component("Sequence");
      sequence.add(listKey, array(steps));
      root.add(key, sequence);
    }
    return this;
  }

  /** Byte pair encoding; callers add what differs from the defaults to the returned object. */
  JsonObject bpe(Map<String, Integer> vocab, JsonArray merges) {
    JsonObject model = withVocabulary("BPE", vocab);
    model.add("merges", merges);
    return model;
  }

  /** Whole words alone. */
  void words(Map<String, Integer> vocab, String unknown) {
    withVocabulary("WordLevel", vocab).addProperty("unk_token", unknown);
  }

  /** Words in pieces, of which all but a word's first begin with {@code ##}. */
  void wordPieces(Map<String, Integer> vocab, String unknown) {
    JsonObject model = withVocabulary("WordPiece", vocab);
    model.addProperty("unk_token", unknown);
    model.addProperty("continuing_subword_prefix", WORD_PIECE_PREFIX);
    model.addProperty("max_input_chars_per_word", 100);
  }

  private JsonObject withVocabulary(String type, Map<String, Integer> vocab) {
    JsonObject model = component(type);
    JsonObject ids = new JsonObject();
    vocab.forEach(ids::addProperty);
    model.add("vocab", ids);
    root.add("model", model);
    return model;
  }

  /** A unigram model; the id of a piece is its place in the list. */
  void unigram(List<SentencePieceModel.Piece> pieces, int unknownId) {
    JsonObject model = component("Unigram");
    JsonArray vocab = new JsonArray(pieces.size());
    for (SentencePieceModel.Piece piece : pieces) {
      JsonArray pair = new JsonArray(2);
      pair.add(piece.text());
      pair.add((double) piece.score());
      vocab.add(pair);
    }
    model.addProperty("unk_id", unknownId);
    model.add("vocab", vocab);
    model.addProperty("byte_fallback", false);
    root.add("model", model);
  }

  /** Tokens that are recognised in text before it is cut. */
  TokenizerJson addedTokens(AddedTokens tokens) {
    write(tokens, addedTokens);
    return this;
  }

  /** Appends entries of {@code added_tokens}. */
  static void write(AddedTokens tokens, JsonArray array) {
    for (AddedTokens.Entry entry : tokens.entries()) {
      JsonObject token = new JsonObject();
      token.addProperty("id", entry.id());
      token.addProperty("content", entry.content());
      token.addProperty("single_word", false);
      token.addProperty("lstrip", entry.stripLeft());
      token.addProperty("rstrip", entry.stripRight());
      token.addProperty("normalized", entry.normalized());
      token.addProperty("special", entry.special());
      array.add(token);
    }
  }

  static JsonObject component(String type) {
    JsonObject component = new JsonObject();
    component.addProperty("type", type);
    return component;
  }

  static JsonObject replace(String kind, String pattern, String content) {
    JsonObject replace = component("Replace");
    replace.add("pattern", pattern(kind, pattern));
    replace.addProperty("content", content);
    return replace;
  }

  static JsonObject split(String regex, String behavior, boolean invert) {
    JsonObject split = component("Split");
    split.add("pattern", pattern("Regex", regex));
    split.addProperty("behavior", behavior);
    split.addProperty("invert", invert);
    return split;
  }

  private static JsonObject pattern(String kind, String text) {
    JsonObject pattern = new JsonObject();
    pattern.addProperty(kind, text);
    return pattern;
  }

  static JsonObject byteLevel(boolean addPrefixSpace, boolean splitLikeGpt2) {
    JsonObject byteLevel = component("ByteLevel");
    byteLevel.addProperty("add_prefix_space", addPrefixSpace);
    byteLevel.addProperty("trim_offsets", false);
    byteLevel.addProperty("use_regex", splitLikeGpt2);
    return byteLevel;
  }

  static JsonObject individualDigits() {
    JsonObject digits = component("Digits");
    digits.addProperty("individual_digits", true);
    return digits;
  }

  /**
   * @param prependScheme "always", "first" or "never"
   */
  static JsonObject metaspace(String prependScheme, boolean split) {
    JsonObject metaspace = component("Metaspace");
    metaspace.addProperty("replacement", META_SPACE);
    metaspace.addProperty("prepend_scheme", prependScheme);
    metaspace.addProperty("split", split);
    return metaspace;
  }

  static JsonObject prepend(String text) {
    JsonObject prepend = component("Prepend");
    prepend.addProperty("prepend", text);
    return prepend;
  }

  /** Takes white space off the end, and off the start if asked. */
  static JsonObject strip(boolean left) {
    JsonObject strip = component("Strip");
    strip.addProperty("strip_left", left);
    strip.addProperty("strip_right", true);
    return strip;
  }

  /** The decoder of sentencepiece models with byte pieces. */
  static JsonObject[] byteFallbackDecoder(boolean stripFirstSpace) {
    JsonObject strip = component("Strip");
    strip.addProperty("content", " ");
    strip.addProperty("start", stripFirstSpace ? 1 : 0);
    strip.addProperty("stop", 0);
    return new JsonObject[] {
      replace("String", META_SPACE, " "), component("ByteFallback"), component("Fuse"), strip
    };
  }

  /**
   * The text between two optional tokens.
   *
   * @param before the token in front, or null
   * @param after the token at the end, or null
   */
  static JsonObject template(SpecialTokens.Token before, SpecialTokens.Token after) {
    JsonObject template = component("TemplateProcessing");
    JsonObject specialTokens = new JsonObject();
    JsonArray single = new JsonArray();
    addSpecial(before, single, specialTokens);
    single.add(piece("Sequence", "A"));
    addSpecial(after, single, specialTokens);
    template.add("single", single);
    template.add("pair", array(piece("Sequence", "A"), piece("Sequence", "B")));
    template.add("special_tokens", specialTokens);
    return template;
  }

  private static void addSpecial(
      SpecialTokens.Token token, JsonArray single, JsonObject specialTokens) {
    if (token == null) {
      return;
    }
    single.add(piece("SpecialToken", token.text()));
    JsonArray ids = new JsonArray();
    ids.add(token.id());
    JsonArray tokens = new JsonArray();
    tokens.add(token.text());
    JsonObject special = new JsonObject();
    special.addProperty("id", token.text());
    special.add("ids", ids);
    special.add("tokens", tokens);
    specialTokens.add(token.text(), special);
  }

  private static JsonObject piece(String kind, String id) {
    JsonObject inner = new JsonObject();
    inner.addProperty("id", id);
    inner.addProperty("type_id", 0);
    JsonObject piece = new JsonObject();
    piece.add(kind, inner);
    return piece;
  }

  static JsonArray merge(String left, String right) {
    JsonArray pair = new JsonArray(2);
    pair.add(left);
    pair.add(right);
    return pair;
  }

  private static JsonArray array(JsonElement... elements) {
    JsonArray array = new JsonArray(elements.length);
    for (JsonElement element : elements) {
      array.add(element);
    }
    return array;
  }
}

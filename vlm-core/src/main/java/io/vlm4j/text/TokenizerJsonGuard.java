package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Accepts a {@code tokenizer.json} only if the native tokenizer cannot panic on it, since a panic
 * aborts the JVM. The native parser itself reports most mistakes; what it takes on trust until a
 * text meets it (indexes into its own tables, names of special tokens) is checked here, and kinds
 * of components that nobody has looked through for this are refused.
 */
final class TokenizerJsonGuard {
  private static final Set<String> MODELS = Set.of("BPE", "Unigram", "WordPiece", "WordLevel");
  private static final Set<String> NORMALIZERS =
      Set.of(
          "Sequence",
          "BertNormalizer",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Lowercase",
          "Strip",
          "StripAccents",
          "Replace",
          "Prepend",
          "Precompiled",
          "ByteLevel");
  private static final Set<String> PRE_TOKENIZERS =
      Set.of(
          "Sequence",
          "ByteLevel",
          "Metaspace",
          "Whitespace",
          "WhitespaceSplit",
          "BertPreTokenizer",
          "Split",
          "Punctuation",
          "Digits",
          "CharDelimiterSplit",
          "UnicodeScripts");
  private static final Set<String> POST_PROCESSORS =
      Set.of("Sequence", "ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing");
  private static final Set<String> DECODERS =
      Set.of(
          "Sequence",
          "ByteLevel",
          "ByteFallback",
          "Fuse",
          "Replace",
          "Strip",
          "Metaspace",
          "WordPiece",
          "BPEDecoder");

  private TokenizerJsonGuard() {}

  static void check(JsonNode json) {
    checkModel(json.get("model"));
    json.optional("normalizer").ifPresent(TokenizerJsonGuard::checkNormalizer);
    json.optional("pre_tokenizer").ifPresent(TokenizerJsonGuard::checkPreTokenizer);
    json.optional("post_processor").ifPresent(TokenizerJsonGuard::checkPostProcessor);
    json.optional("decoder").ifPresent(TokenizerJsonGuard::checkDecoder);
  }

  private static void checkModel(JsonNode model) {
    // Files of before 2021 leave the type out; the native parser then tells it from the keys.
    model.optional("type").ifPresent(type -> checkKind("model", type, MODELS));
    if (model.get("vocab").isArray()) {
      checkUnigram(model);
    }
    checkMerges(model);
  }

  private static void checkUnigram(JsonNode model) {
    List<JsonNode> pieces = model.getList("vocab");
    for (JsonNode piece : pieces) {
      List<JsonNode> pair = piece.asList();
      if (pair.size() != 2 || !pair.get(0).isString() || !pair.get(1).isNumber()) {
        throw invalid(model, "a piece of the vocabulary is " + piece + "; expected [text, score]");
      }
    }
    int unknown = model.getInt("unk_id", 0);
    if (unknown < 0 || unknown >= pieces.size()) {
      throw invalid(model, "unk_id is " + unknown + " of " + pieces.size() + " pieces");
    }
  }

  /** The native parser cuts the prefix off every right-hand side without looking. */
  private static void checkMerges(JsonNode model) {
    String prefix = model.getString("continuing_subword_prefix", "");
    if (prefix.isEmpty()) {
      return;
    }
    for (JsonNode merge : model.getList("merges")) {
      String right =
          merge.isString()
              ? merge.asString().substring(merge.asString().indexOf(' ') + 1)
              : merge.asList().isEmpty() ? "" : merge.asList().get(1).asString();
      if (!right.startsWith(prefix)) {
        throw invalid(model, "the merge " + merge + " lacks the prefix " + prefix);
      }
    }
  }

  private static void checkNormalizer(JsonNode normalizer) {
    switch (checkKind("normalizer", normalizer.get("type"), NORMALIZERS)) {
      case "Sequence" ->
          normalizer.getList("normalizers").forEach(TokenizerJsonGuard::checkNormalizer);
      case "Replace" -> checkPattern(normalizer);
      case "Precompiled" ->
          CharsMap.check(normalizer.getString("precompiled_charsmap", ""), normalizer.origin());
      default -> {}
    }
  }

  private static void checkPreTokenizer(JsonNode preTokenizer) {
    switch (checkKind("pre-tokenizer", preTokenizer.get("type"), PRE_TOKENIZERS)) {
      case "Sequence" ->
          preTokenizer.getList("pretokenizers").forEach(TokenizerJsonGuard::checkPreTokenizer);
      case "Split" -> checkPattern(preTokenizer);
      default -> {}
    }
  }

  /** An empty pattern matches everywhere; a nested repetition can exhaust the regex engine. */
  private static void checkPattern(JsonNode component) {
    JsonNode pattern = component.get("pattern");
    Optional<JsonNode> regex = pattern.optional("Regex");
    String text = regex.isPresent() ? regex.get().asString() : pattern.getString("String");
    if (text.isEmpty()) {
      throw invalid(component, "a pattern is empty");
    }
    if (regex.isPresent() && RegexGuard.mayBacktrackWithoutEnd(text)) {
      throw new UnsupportedModelException(
          component.origin() + ": the pattern " + text + " repeats a repetition; rewrite it");
    }
  }

  private static void checkPostProcessor(JsonNode processor) {
    switch (checkKind("post-processor", processor.get("type"), POST_PROCESSORS)) {
      case "Sequence" ->
          processor.getList("processors").forEach(TokenizerJsonGuard::checkPostProcessor);
      case "TemplateProcessing" -> checkTemplate(processor);
      default -> {}
    }
  }

  private static void checkTemplate(JsonNode template) {
    JsonNode specialTokens = template.objectOrEmpty("special_tokens");
    for (String key : specialTokens.keys()) {
      JsonNode token = specialTokens.get(key);
      if (token.get("ids").asInts().length != token.getList("tokens").size()) {
        throw invalid(template, "special token " + key + " has unlike numbers of ids and tokens");
      }
    }
    template.getList("single").forEach(piece -> checkPiece(piece, Set.of("A"), specialTokens));
    template.getList("pair").forEach(piece -> checkPiece(piece, Set.of("A", "B"), specialTokens));
  }

  private static void checkPiece(JsonNode piece, Set<String> sequences, JsonNode specialTokens) {
    boolean known =
        piece.has("SpecialToken")
            ? specialTokens.has(piece.get("SpecialToken").getString("id"))
            : sequences.contains(piece.get("Sequence").getString("id"));
    if (!known) {
      throw invalid(piece, "the template names " + piece + ", which is not defined there");
    }
  }

  private static void checkDecoder(JsonNode decoder) {
    switch (checkKind("decoder", decoder.get("type"), DECODERS)) {
      case "Sequence" -> decoder.getList("decoders").forEach(TokenizerJsonGuard::checkDecoder);
      case "Replace" -> checkPattern(decoder);
      case "Strip" -> {
        if (decoder.getInt("stop", 0) != 0) { // the native code runs below the first character
          throw new UnsupportedModelException(
              decoder.origin() + ": a Strip decoder with stop above 0 is not supported");
        }
      }
      default -> {}
    }
  }

  private static String checkKind(String component, JsonNode type, Set<String> allowed) {
    String name = type.asString();
    if (!allowed.contains(name)) {
      throw new UnsupportedModelException(
          type.origin()
              + ": unknown "
              + component
              + " "
              + name
              + "; supported are "
              + String.join(", ", allowed.stream().sorted().toList()));
    }
    return name;
  }

  private static InvalidModelException invalid(JsonNode where, String what) {
    return new InvalidModelException(where.origin() + ": " + what);
  }
}

package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.META_SPACE;
import static io.vlm4j.text.TokenizerJson.component;
import static io.vlm4j.text.TokenizerJson.metaspace;
import static io.vlm4j.text.TokenizerJson.prepend;
import static io.vlm4j.text.TokenizerJson.replace;
import static io.vlm4j.text.TokenizerJson.strip;

import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.text.SentencePieceModel.Algorithm;
import io.vlm4j.text.SentencePieceModel.Kind;
import io.vlm4j.text.SentencePieceModel.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sentencepiece model with the conventions of the tokenizer class around it. What the classes add
 * to the model (which tokens stand around a text, how text is prepared) is not in the model file.
 */
final class SentencePieceFiles {
  private static final String PUNCTUATION = "[!-/:-@\\[-`{-~]"; // Python's string.punctuation

  private final SentencePieceModel model;
  private final TokenizerConfig config;
  private final AddedTokens added;

  private SentencePieceFiles(SentencePieceModel model, TokenizerConfig config, AddedTokens added) {
    this.model = model;
    this.config = config;
    this.added = added;
  }

  static JsonNode read(Path file, Path folder, TokenizerConfig config) {
    SentencePieceModel model = SentencePieceModel.read(file);
    AddedTokens added = AddedTokens.read(folder, config);
    return new SentencePieceFiles(model, config, added).convert();
  }

  private JsonNode convert() {
    String tokenizerClass = config.tokenizerClass();
    boolean unigram = model.algorithm() == Algorithm.UNIGRAM;
    if (!unigram && (tokenizerClass.isEmpty() || tokenizerClass.equals("LlamaTokenizer"))) {
      return llama();
    }
    if (unigram && tokenizerClass.equals("SiglipTokenizer")) {
      return siglip();
    }
    if (unigram && (tokenizerClass.isEmpty() || tokenizerClass.equals("T5Tokenizer"))) {
      return t5();
    }
    throw new UnsupportedModelException(
        model.origin()
            + " is for "
            + tokenizerClass
            + "; without a tokenizer.json only LlamaTokenizer (BPE), T5Tokenizer and"
            + " SiglipTokenizer (unigram) can be read, so save a tokenizer.json beside it");
  }

  private JsonNode llama() {
    Map<String, Integer> ids = ids(model.pieces());
    return new ScoredBpe(model.pieces(), model.unknownId(), added)
        .prefixSpace(config.flag("add_prefix_space", true), config.flag("legacy", true))
        .template(
            config.flag("add_bos_token", true) ? required("bos_token", "<s>", ids) : null,
            config.flag("add_eos_token", false) ? required("eos_token", "</s>", ids) : null)
        .build(model.origin());
  }

  private JsonNode t5() {
    List<Piece> pieces = new ArrayList<>(model.pieces());
    int extraIds = config.config().getInt("extra_ids", 100);
    for (int i = extraIds - 1; i >= 0 && extraIds <= Vocabulary.MAX_ID; i--) {
      String sentinel = "<extra_id_" + i + ">";
      added.addIfAbsent(pieces.size(), sentinel, true);
      pieces.add(new Piece(sentinel, 0, Kind.USER_DEFINED));
    }
    JsonObject spaces = metaspace("always", true);
    return unigram(pieces)
        .normalizer(withCharsMap(strip(false), replace("Regex", " {2,}", META_SPACE)))
        .preTokenizer(spaces)
        .decoder(spaces)
        .build(model.origin());
  }

  /**
   * SigLIP drops punctuation and (mostly) case. Its text always begins with one space sign, and
   * sentencepiece drops the spaces at the end.
   */
  private JsonNode siglip() {
    List<JsonObject> steps = new ArrayList<>();
    steps.add(replace("String", META_SPACE, " "));
    if (config.flag("do_lower_case", true)) {
      steps.add(component("Lowercase"));
    }
    steps.add(replace("Regex", PUNCTUATION, ""));
    steps.add(replace("Regex", "\\s+", " "));
    steps.add(strip(true));
    steps.add(prepend(META_SPACE));
    JsonObject[] afterCharsMap = {
      replace("String", " ", META_SPACE), replace("Regex", META_SPACE + "+$", "")
    };
    steps.addAll(List.of(withCharsMap(afterCharsMap)));
    return unigram(model.pieces())
        .normalizer(steps.toArray(JsonObject[]::new))
        .decoder(metaspace("always", false))
        .build(model.origin());
  }

  private TokenizerJson unigram(List<Piece> pieces) {
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      if (piece.kind().isAdded() || id == model.unknownId()) {
        added.addIfAbsent(id, piece.text(), piece.kind() != Kind.USER_DEFINED);
      }
    }
    TokenizerJson json = new TokenizerJson();
    json.unigram(pieces, model.unknownId());
    SpecialTokens.Token eos = required("eos_token", "</s>", ids(pieces));
    return json.addedTokens(added).postProcessor(TokenizerJson.template(null, eos));
  }

  /** The model's own normalisation rules, where it has some, before other steps. */
  private JsonObject[] withCharsMap(JsonObject... others) {
    List<JsonObject> steps = new ArrayList<>();
    if (!model.charsMap().isEmpty()) {
      JsonObject precompiled = component("Precompiled");
      precompiled.addProperty("precompiled_charsmap", model.charsMap());
      steps.add(precompiled);
    }
    steps.addAll(List.of(others));
    return steps.toArray(JsonObject[]::new);
  }

  private SpecialTokens.Token required(String role, String defaultValue, Map<String, Integer> ids) {
    return config.required(
        role, defaultValue, text -> Vocabulary.lookUp(ids, text), model.origin());
  }

  private static Map<String, Integer> ids(List<Piece> pieces) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      ids.put(pieces.get(id).text(), id);
    }
    return ids;
  }
}

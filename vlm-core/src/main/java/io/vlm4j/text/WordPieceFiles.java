package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.component;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's word pieces from {@code vocab.txt}, a line a token in the order of their ids. Text is cut
 * at spaces and around punctuation, in lower case unless the configuration says otherwise.
 */
final class WordPieceFiles {
  private static final Map<String, String> ROLES =
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]");

  private WordPieceFiles() {}

  static JsonNode read(Path file, TokenizerConfig config) {
    Map<String, Integer> vocab = numbered(file);
    AddedTokens added = AddedTokens.read(file.getParent(), config);
    ROLES.forEach(
        (role, usual) -> {
          String text = config.token(role, usual);
          Vocabulary.lookUp(vocab, text).ifPresent(id -> added.addIfAbsent(id, text, true));
        });
    TokenizerJson json = new TokenizerJson();
    json.wordPieces(vocab, required("unk_token", vocab, config, file).text());
    return json.normalizer(normalizer(config))
        .preTokenizer(component("BertPreTokenizer"))
        .postProcessor(
            TokenizerJson.template(
                required("cls_token", vocab, config, file),
                required("sep_token", vocab, config, file)))
        .decoder(decoder())
        .addedTokens(added)
        .build(file.toString());
  }

  /** A line may end in carriage return; a token that comes again keeps its last id. */
  private static Map<String, Integer> numbered(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
    Map<String, Integer> vocab = new LinkedHashMap<>();
    for (int id = 0; id < lines.size(); id++) {
      vocab.put(lines.get(id), id);
    }
    return vocab;
  }

  private static SpecialTokens.Token required(
      String role, Map<String, Integer> vocab, TokenizerConfig config, Path file) {
    return config.required(
        role, ROLES.get(role), text -> Vocabulary.lookUp(vocab, text), file.toString());
  }

  private static JsonObject normalizer(TokenizerConfig config) {
    JsonObject normalizer = component("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", config.flag("tokenize_chinese_chars", true));
    normalizer.add("strip_accents", JsonNull.INSTANCE); // as it lower-cases, unless it is told
    if (config.config().has("strip_accents")) {
      normalizer.addProperty("strip_accents", config.flag("strip_accents", true));
    }
    normalizer.addProperty("lowercase", config.flag("do_lower_case", true));
    return normalizer;
  }

  private static JsonObject decoder() {
    JsonObject decoder = component("WordPiece");
    decoder.addProperty("prefix", TokenizerJson.WORD_PIECE_PREFIX);
    decoder.addProperty("cleanup", true);
    return decoder;
  }
}

package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads tokenizers. */
public final class Tokenizers {
  private static final String PERCEIVER = "PerceiverTokenizer";

  private static final List<String> FILES =
      List.of("tokenizer.json", "merges.txt", "spiece.model", "tokenizer.model", BpeFiles.OPEN_AI);

  private Tokenizers() {}

  /**
   * Loads the tokenizer of a hub folder: {@code tokenizer.json}; without it {@code vocab.json} and
   * {@code merges.txt}; without these a sentencepiece {@code spiece.model} or {@code
   * tokenizer.model} of LLaMA, T5 or SigLIP; without these OpenAI's {@code
   * bpe_simple_vocab_16e6.txt.gz} of CLIP; without these BERT's {@code vocab.txt}. A Perceiver
   * reads bytes and needs none of these. {@code tokenizer_config.json} and {@code
   * special_tokens_map.json} give the roles of tokens.
   *
   * @throws InvalidModelException if the folder has no tokenizer, or a damaged one
   * @throws io.vlm4j.error.UnsupportedModelException if the tokenizer is of an unknown kind
   */
  public static Tokenizer load(Path folder) {
    return load(folder, List.of());
  }

  /**
   * As {@link #load(Path)}, with special tokens that a model was trained with beside those of its
   * tokenizer.
   *
   * @param additionalTokens those that the folder lacks get the next free ids, in this order
   */
  public static Tokenizer load(Path folder, List<String> additionalTokens) {
    TokenizerConfig config = TokenizerConfig.read(folder);
    if (tokenizerClass(folder, config).equals(PERCEIVER)) {
      return ByteTokenizer.read(folder, config);
    }
    NativeHandle.loadInBackground();
    JsonNode json = tokenizerJson(folder, config);
    return HubTokenizer.create(
        additionalTokens.isEmpty() ? json : AddedTokens.appendedTo(json, additionalTokens),
        config.cleanUpSpaces(),
        config::specialTokens);
  }

  /**
   * Loads the tokenizer that a GGUF carries.
   *
   * @param metadata the GGUF's key-value pairs; lists may be {@link java.util.List}s or arrays
   * @throws InvalidModelException if keys are missing or have the wrong type
   * @throws io.vlm4j.error.UnsupportedModelException if the tokenizer is of an unknown kind
   */
  public static Tokenizer fromGguf(Map<String, Object> metadata) {
    NativeHandle.loadInBackground();
    return GgufTokenizer.create(metadata);
  }

  /**
   * Loads a vocabulary of whole words: a JSON list of them in the order of their ids, or an object
   * from words to ids. Text is cut at spaces and around punctuation; words are joined by spaces.
   *
   * @param roles the ids of the tokens that are no words, by role; {@code unk_token} must be there
   * @throws InvalidModelException if the file is missing or damaged, or lacks one of these ids
   */
  public static Tokenizer loadWords(Path vocabulary, Map<String, Integer> roles) {
    NativeHandle.loadInBackground();
    WordFile file = WordFile.read(vocabulary, roles);
    return HubTokenizer.create(file.tokenizerJson(), false, ids -> file.specialTokens());
  }

  /** True if a folder holds a tokenizer's files, damaged or not. */
  public static boolean isIn(Path folder) {
    return FILES.stream().anyMatch(name -> has(folder, name));
  }

  /** What the tokenizer's configuration says, or else the model's. */
  private static String tokenizerClass(Path folder, TokenizerConfig config) {
    String named = config.tokenizerClass();
    if (!named.isEmpty() || !has(folder, "config.json")) {
      return named;
    }
    JsonNode model = JsonNode.read(folder.resolve("config.json"));
    return model.getString("model_type", "").equals("perceiver") ? PERCEIVER : "";
  }

  private static JsonNode tokenizerJson(Path folder, TokenizerConfig config) {
    if (has(folder, "tokenizer.json")) {
      return JsonNode.read(folder.resolve("tokenizer.json"));
    }
    if (has(folder, "vocab.json") && has(folder, "merges.txt")) {
      return BpeFiles.read(folder, config);
    }
    for (String name : new String[] {"spiece.model", "tokenizer.model"}) {
      if (has(folder, name)) {
        return SentencePieceFiles.read(folder.resolve(name), folder, config);
      }
    }
    if (has(folder, BpeFiles.OPEN_AI)) {
      return BpeFiles.readOpenAi(folder, config);
    }
    if (has(folder, "vocab.txt")) {
      return WordPieceFiles.read(folder.resolve("vocab.txt"), config);
    }
    throw new InvalidModelException(
        "no tokenizer in "
            + folder
            + ": it has neither tokenizer.json, nor vocab.json with merges.txt, nor spiece.model,"
            + " nor tokenizer.model, nor vocab.txt, nor "
            + BpeFiles.OPEN_AI);
  }

  private static boolean has(Path folder, String name) {
    return Files.isRegularFile(folder.resolve(name));
  }
}

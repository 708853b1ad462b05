package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Opens the tokenizer of a checkpoint. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Opens the tokenizer of a folder: {@code tokenizer.json}, or {@code vocab.json} and {@code
   * merges.txt}.
   *
   * @throws InvalidModelException if there is none or it is damaged
   */
  public static Tokenizer load(Path folder) {
    TokenizerConfig config = TokenizerConfig.read(folder);
    return HubTokenizer.create(json(folder, config), config.cleanUpSpaces(), config::specialTokens);
  }

  /**
   * Opens the tokenizer inside a GGUF file.
   *
   * @param metadata the file's metadata, keys {@code tokenizer.ggml.*}
   * @param origin what errors call the file
   */
  public static Tokenizer fromGguf(Map<String, Object> metadata, String origin) {
    GgufTokenizer gguf = new GgufTokenizer(metadata, origin);
    return HubTokenizer.create(gguf.toJson(), false, gguf::specialTokens);
  }

  private static JsonNode json(Path folder, TokenizerConfig config) {
    Path json = folder.resolve("tokenizer.json");
    if (Files.exists(json)) {
      return JsonNode.read(json);
    }
    Path vocabulary = folder.resolve("vocab.json");
    Path merges = folder.resolve("merges.txt");
    if (Files.exists(vocabulary) && Files.exists(merges)) {
      return BytePairFiles.toJson(vocabulary, merges, config);
    }
    throw new InvalidModelException(
        folder + " has no tokenizer; expected tokenizer.json, or vocab.json and merges.txt");
  }
}

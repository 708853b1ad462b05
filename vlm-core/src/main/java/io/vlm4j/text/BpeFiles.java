package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.byteLevel;
import static io.vlm4j.text.TokenizerJson.component;
import static io.vlm4j.text.TokenizerJson.replace;
import static io.vlm4j.text.TokenizerJson.split;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Byte pair encoding from {@code vocab.json} and {@code merges.txt}, the older layout of GPT-2,
 * OPT, RoBERTa, CLIP and Qwen 2. The folder does not say how text is split into words; the
 * tokenizer class of the configuration does, and GPT-2's rule is the default.
 */
final class BpeFiles {
  private static final String CLIP_SUFFIX = "</w>";

  private final TokenizerConfig config;
  private final Map<String, Integer> vocab;
  private final JsonArray merges;
  private final String origin;

  private BpeFiles(
      TokenizerConfig config, Map<String, Integer> vocab, JsonArray merges, String origin) {
    this.config = config;
    this.vocab = vocab;
    this.merges = merges;
    this.origin = origin;
  }

  static JsonNode read(Path folder, TokenizerConfig config) {
    Path vocabFile = folder.resolve("vocab.json");
    AddedTokens added = AddedTokens.read(folder, config);
    Map<String, Integer> vocab = added.joinedTo(JsonNode.read(vocabFile).asIntMap());
    JsonArray merges = readMerges(folder.resolve("merges.txt"));
    BpeFiles files = new BpeFiles(config, vocab, merges, vocabFile.toString());
    TokenizerJson json = files.isClip() ? files.clip() : files.byteLevelBpe();
    return json.addedTokens(added.withRoles(config, vocab)).build(files.origin);
  }

  private static JsonArray readMerges(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
    JsonArray merges = new JsonArray(lines.size());
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#version")) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space <= 0 || space == line.length() - 1) {
        throw new InvalidModelException(file + ": the line \"" + line + "\" is not two tokens");
      }
      merges.add(TokenizerJson.merge(line.substring(0, space), line.substring(space + 1)));
    }
    return merges;
  }

  private boolean isClip() {
    return config.tokenizerClass().startsWith("CLIP")
        || (config.tokenizerClass().isEmpty() && vocab.containsKey("a" + CLIP_SUFFIX));
  }

  private TokenizerJson clip() {
    TokenizerJson json = new TokenizerJson();
    JsonObject model = json.bpe(vocab, merges);
    model.addProperty("end_of_word_suffix", CLIP_SUFFIX);
    model.addProperty("unk_token", config.token("unk_token", "<|endoftext|>"));
    return json.normalizer(component("NFC"), replace("Regex", "\\s+", " "), component("Lowercase"))
        .preTokenizer(split(TokenizerJson.CLIP_PATTERN, "Removed", true), byteLevel(false, true))
        .postProcessor(
            TokenizerJson.template(
                required("bos_token", "<|startoftext|>"), required("eos_token", "<|endoftext|>")))
        .decoder(byteLevel(true, true));
  }

  private TokenizerJson byteLevelBpe() {
    TokenizerJson json = new TokenizerJson();
    json.bpe(vocab, merges);
    if (config.tokenizerClass().startsWith("Qwen2")) {
      json.normalizer(component("NFC"))
          .preTokenizer(
              split(TokenizerJson.QWEN2_PATTERN, "Isolated", false), byteLevel(false, false));
    } else {
      json.preTokenizer(byteLevel(config.flag("add_prefix_space", false), true));
    }
    SpecialTokens.Token before = null;
    SpecialTokens.Token after = null;
    if (config.tokenizerClass().startsWith("Roberta")) {
      before = required("cls_token", "<s>");
      after = required("sep_token", "</s>");
    } else if (config.flag("add_bos_token", false)) {
      before = required("bos_token", "<|endoftext|>");
    }
    return json.postProcessor(TokenizerJson.template(before, after)).decoder(byteLevel(true, true));
  }

  private SpecialTokens.Token required(String role, String defaultValue) {
    return config.required(role, defaultValue, text -> Vocabulary.lookUp(vocab, text), origin);
  }
}

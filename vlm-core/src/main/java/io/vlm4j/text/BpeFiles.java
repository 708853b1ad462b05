package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.byteLevel;
import static io.vlm4j.text.TokenizerJson.component;
import static io.vlm4j.text.TokenizerJson.replace;
import static io.vlm4j.text.TokenizerJson.split;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Byte pair encoding from {@code vocab.json} and {@code merges.txt}, the older layout of GPT-2,
 * OPT, RoBERTa, CLIP and Qwen 2. The folder does not say how text is split into words; the
 * tokenizer class of the configuration does, and GPT-2's rule is the default.
 */
final class BpeFiles {
  /** What CLIP's first repository, and those that took it over, call their merges. */
  static final String OPEN_AI = "bpe_simple_vocab_16e6.txt.gz";

  /** Merges in use; the file goes on with rarer ones. */
  private static final int OPEN_AI_MERGES = 49152 - 256 - 2;

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
    return files.tokenizer(added);
  }

  /** The vocabulary follows from the merges: bytes, bytes that end a word, pairs, two marks. */
  static JsonNode readOpenAi(Path folder, TokenizerConfig config) {
    Path file = folder.resolve(OPEN_AI);
    JsonArray merges = readMerges(file);
    List<String> tokens = new ArrayList<>(ByteAlphabet.inOrder());
    ByteAlphabet.inOrder().forEach(letter -> tokens.add(letter + CLIP_SUFFIX));
    merges.forEach(merge -> tokens.add(joined(merge.getAsJsonArray())));
    tokens.addAll(List.of("<|startoftext|>", "<|endoftext|>"));
    Map<String, Integer> vocab = new LinkedHashMap<>();
    tokens.forEach(token -> vocab.put(token, vocab.size()));
    if (vocab.size() != tokens.size()) {
      throw new InvalidModelException(file + " makes some token twice");
    }
    return new BpeFiles(config, vocab, merges, file.toString())
        .tokenizer(AddedTokens.read(folder, config));
  }

  private static String joined(JsonArray pair) {
    return pair.get(0).getAsString() + pair.get(1).getAsString();
  }

  private JsonNode tokenizer(AddedTokens added) {
    TokenizerJson json = isClip() ? clip() : byteLevelBpe();
    return json.addedTokens(added.withRoles(config, vocab)).build(origin);
  }

  private static JsonArray readMerges(Path file) {
    boolean zipped = file.toString().endsWith(".gz");
    List<String> lines;
    try (InputStream stream = Files.newInputStream(file);
        InputStream plain = zipped ? new GZIPInputStream(stream) : stream;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      lines = reader.lines().limit(zipped ? OPEN_AI_MERGES + 1 : Long.MAX_VALUE).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
    JsonArray merges = new JsonArray(lines.size());
    boolean titled = zipped; // the first line is no pair
    for (String line : lines) {
      if (titled || line.isBlank() || line.startsWith("#version")) {
        titled = false;
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

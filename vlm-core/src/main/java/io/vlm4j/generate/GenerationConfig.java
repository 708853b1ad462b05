package io.vlm4j.generate;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a model's folder says of generation: {@code generation_config.json}, and for special tokens
 * that are absent there {@code config.json}, at its top or in the language model's part.
 *
 * <p>{@code max_length}, which counts the prompt with its image tokens, is not read.
 *
 * @param bosTokenId the token that begins sequences
 * @param padTokenId the token that fills up batches; a single generation needs none
 * @param decoderStartTokenId the first token of an encoder-decoder's decoder
 * @param defaults the options that the model's authors chose, and the end tokens
 */
public record GenerationConfig(
    OptionalInt bosTokenId,
    OptionalInt padTokenId,
    OptionalInt decoderStartTokenId,
    GenerationOptions defaults) {

  private static final List<String> LANGUAGE_MODEL_KEYS =
      List.of("text_config", "llm_config", "decoder");

  /**
   * Reads a model's folder.
   *
   * @throws InvalidModelException if a value has the wrong type or is outside its range
   */
  public static GenerationConfig read(Path folder) {
    JsonNode config = readIfPresent(folder.resolve("config.json"));
    Path file = folder.resolve("generation_config.json");
    return Files.exists(file) ? of(JsonNode.read(file), config) : of(config, config);
  }

  /**
   * Reads parsed files.
   *
   * @param generationConfig {@code generation_config.json}, or {@code config.json} if there is none
   * @param config {@code config.json}
   */
  public static GenerationConfig of(JsonNode generationConfig, JsonNode config) {
    List<JsonNode> sources = sources(generationConfig, config);
    try {
      GenerationOptions.Builder options = options(generationConfig);
      find(sources, "eos_token_id")
          .map(node -> Arrays.stream(node.asInts()).filter(id -> id >= 0).boxed().toList())
          .ifPresent(options::eosTokenIds);
      return new GenerationConfig(
          token(sources, "bos_token_id"),
          token(sources, "pad_token_id"),
          token(sources, "decoder_start_token_id"),
          options.build());
    } catch (InvalidOptionException e) {
      throw new InvalidModelException(generationConfig.origin() + ": " + e.getMessage(), e);
    }
  }

  /** The same with other options in place of the authors'. */
  public GenerationConfig withDefaults(GenerationOptions options) {
    return new GenerationConfig(bosTokenId, padTokenId, decoderStartTokenId, options);
  }

  private static GenerationOptions.Builder options(JsonNode file) {
    GenerationOptions.Builder options = GenerationOptions.builder();
    file.optional("max_new_tokens").map(JsonNode::asInt).ifPresent(options::maxNewTokens);
    file.optional("min_new_tokens").map(JsonNode::asInt).ifPresent(options::minNewTokens);
    file.optional("num_beams").map(JsonNode::asInt).ifPresent(options::beams);
    file.optional("length_penalty").map(JsonNode::asDouble).ifPresent(options::lengthPenalty);
    file.optional("early_stopping")
        .map(GenerationConfig::earlyStopping)
        .ifPresent(options::earlyStopping);
    file.optional("repetition_penalty")
        .map(JsonNode::asDouble)
        .ifPresent(options::repetitionPenalty);
    file.optional("no_repeat_ngram_size")
        .map(JsonNode::asInt)
        .ifPresent(options::noRepeatNgramSize);
    file.optional("bad_words_ids")
        .map(
            words ->
                words.asList().stream()
                    .map(word -> Arrays.stream(word.asInts()).boxed().toList())
                    .toList())
        .ifPresent(options::bannedSequences);
    // A temperature of 0 there only says that the authors did not sample.
    Optional<Double> temperature =
        file.optional("temperature").map(JsonNode::asDouble).filter(value -> value != 0);
    temperature.ifPresent(options::temperature);
    file.optional("top_k").map(JsonNode::asInt).ifPresent(options::topK);
    file.optional("top_p").map(JsonNode::asDouble).ifPresent(options::topP);
    file.optional("min_p").map(JsonNode::asDouble).ifPresent(options::minP);
    boolean greedy = file.has("temperature") && temperature.isEmpty();
    boolean beamSearch = file.getInt("num_beams", 1) > 1;
    options.sampling(file.getBoolean("do_sample", false) && !greedy && !beamSearch);
    return options;
  }

  private static EarlyStopping earlyStopping(JsonNode value) {
    if (value.isString() && value.asString().equals("never")) {
      return EarlyStopping.NEVER;
    }
    return value.asBoolean() ? EarlyStopping.TRUE : EarlyStopping.FALSE;
  }

  /** The places where special tokens are looked for, in this order. */
  private static List<JsonNode> sources(JsonNode generationConfig, JsonNode config) {
    Stream<JsonNode> languageModels =
        LANGUAGE_MODEL_KEYS.stream()
            .map(key -> config.optional(key).filter(JsonNode::isObject).orElse(null))
            .filter(Objects::nonNull);
    return Stream.concat(Stream.of(generationConfig, config), languageModels).toList();
  }

  /** A special token; old configurations write -1 for none. */
  private static OptionalInt token(List<JsonNode> sources, String key) {
    return find(sources, key).stream().mapToInt(JsonNode::asInt).filter(id -> id >= 0).findFirst();
  }

  private static Optional<JsonNode> find(List<JsonNode> sources, String key) {
    return sources.stream().flatMap(source -> source.optional(key).stream()).findFirst();
  }

  private static JsonNode readIfPresent(Path file) {
    return Files.exists(file) ? JsonNode.read(file) : JsonNode.empty(file.toString());
  }
}

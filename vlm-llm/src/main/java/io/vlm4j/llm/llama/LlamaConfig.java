package io.vlm4j.llm.llama;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.RotaryScaling;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A LLaMA-type decoder's shape.
 *
 * @param vocabularySize number of tokens V
 * @param additionalVocabulary tokens after those, whose embeddings and output rows are stored apart
 *     (IDEFICS)
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param headSize features of a head
 * @param maxPositions the context
 * @param epsilon of the RMS norms
 * @param activation of the feed-forward's gate
 * @param attentionBias biases on queries, keys, values and output
 * @param queryKeyValueBias biases on queries, keys and values alone (Qwen2)
 * @param mlpBias biases in the feed-forward
 * @param windows how far each layer looks back; 0 for all the way
 * @param tiedEmbeddings the output layer is the embedding table
 * @param rotary frequencies of the rotary positions
 */
public record LlamaConfig(
    int vocabularySize,
    int additionalVocabulary,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean attentionBias,
    boolean queryKeyValueBias,
    boolean mlpBias,
    List<Integer> windows,
    boolean tiedEmbeddings,
    RotaryScaling rotary) {

  /** Checks that the numbers go together. */
  public LlamaConfig {
    if (vocabularySize < 1
        || additionalVocabulary < 0
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size and num_hidden_layers must be positive");
    }
    if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new InvalidModelException(
          "num_attention_heads "
              + heads
              + " is not a multiple of num_key_value_heads "
              + keyValueHeads);
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new InvalidModelException("head_dim is " + headSize + "; expected an even number");
    }
    windows = List.copyOf(windows);
  }

  /** {@code model_type} llama; defaults of LlamaConfig. */
  static LlamaConfig llama(JsonNode json) {
    int heads = json.getInt("num_attention_heads", 32);
    return of(
        json,
        new Defaults(32000, 11008, 2048, heads, 1e-6, 10000),
        json.getBoolean("attention_bias", false),
        false,
        json.getBoolean("mlp_bias", false),
        noWindows(json));
  }

  /** {@code model_type} mistral; defaults of MistralConfig. */
  static LlamaConfig mistral(JsonNode json) {
    // An absent key means the default of 4096; only an explicit null switches the window off.
    int window = json.keys().contains("sliding_window") ? json.getInt("sliding_window", 0) : 4096;
    return of(
        json,
        new Defaults(32000, 14336, 4096 * 32, 8, 1e-6, 10000),
        false,
        false,
        false,
        IntStream.range(0, layers(json)).mapToObj(i -> window).toList());
  }

  /** {@code model_type} qwen2; defaults of Qwen2Config. */
  static LlamaConfig qwen2(JsonNode json) {
    return of(
        json,
        new Defaults(151936, 22016, 32768, 32, 1e-6, 10000),
        false,
        true,
        false,
        qwen2Windows(json));
  }

  /** {@code model_type} idefics: LLaMA; defaults of IdeficsConfig. */
  static LlamaConfig idefics(JsonNode json) {
    int heads = json.getInt("num_attention_heads", 32);
    Defaults defaults = new Defaults(32000, 11008, 2048, heads, 1e-6, 10000);
    return of(json, defaults, false, false, false, noWindows(json));
  }

  private static List<Integer> qwen2Windows(JsonNode json) {
    if (!json.getBoolean("use_sliding_window", false)) {
      return noWindows(json);
    }
    int window = json.getInt("sliding_window", 4096);
    List<JsonNode> types = json.getList("layer_types");
    int firstWindowed = json.getInt("max_window_layers", 28);
    return IntStream.range(0, layers(json))
        .mapToObj(
            i ->
                types.isEmpty()
                    ? i >= firstWindowed
                    : types.get(i).asString().equals("sliding_attention"))
        .map(windowed -> windowed ? window : 0)
        .toList();
  }

  private static LlamaConfig of(
      JsonNode json,
      Defaults defaults,
      boolean attentionBias,
      boolean queryKeyValueBias,
      boolean mlpBias,
      List<Integer> windows) {
    int hiddenSize = json.getInt("hidden_size", 4096);
    int heads = json.getInt("num_attention_heads", 32);
    int headSize = json.getInt("head_dim", heads < 1 ? 0 : hiddenSize / heads);
    return new LlamaConfig(
        json.getInt("vocab_size", defaults.vocabularySize),
        json.getInt("additional_vocab_size", 0),
        hiddenSize,
        json.getInt("intermediate_size", defaults.intermediateSize),
        layers(json),
        heads,
        json.getInt("num_key_value_heads", defaults.keyValueHeads),
        headSize,
        json.getInt("max_position_embeddings", defaults.maxPositions),
        json.getDouble("rms_norm_eps", defaults.epsilon),
        Activation.of(json.getString("hidden_act", "silu")),
        attentionBias,
        queryKeyValueBias,
        mlpBias,
        windows,
        json.getBoolean("tie_word_embeddings", false),
        RotaryScaling.of(json, headSize, defaults.theta));
  }

  private static int layers(JsonNode json) {
    return json.getInt("num_hidden_layers", 32);
  }

  private static List<Integer> noWindows(JsonNode json) {
    return IntStream.range(0, layers(json)).mapToObj(i -> 0).toList();
  }

  private record Defaults(
      int vocabularySize,
      int intermediateSize,
      int maxPositions,
      int keyValueHeads,
      double epsilon,
      double theta) {}
}

package io.vlm4j.llm.gptneox;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.RotaryScaling;

/**
 * The shape of a GPT-NeoX decoder.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads heads
 * @param maxPositions the context
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param parallel attention and feed-forward have the same input
 * @param attentionBias the layers of attention have biases
 * @param tiedEmbeddings the output layer is the embedding table
 * @param rotary frequencies of the positions
 */
record GptNeoxConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean parallel,
    boolean attentionBias,
    boolean tiedEmbeddings,
    RotaryScaling rotary) {

  GptNeoxConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size, num_hidden_layers and"
              + " max_position_embeddings must be positive");
    }
  }

  /** {@code model_type} gpt_neox; defaults of GPTNeoXConfig. */
  static GptNeoxConfig of(JsonNode json) {
    int hiddenSize = json.getInt("hidden_size", 6144);
    int heads = json.getInt("num_attention_heads", 64);
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
    return new GptNeoxConfig(
        json.getInt("vocab_size", 50432),
        hiddenSize,
        json.getInt("intermediate_size", 24576),
        json.getInt("num_hidden_layers", 44),
        heads,
        json.getInt("max_position_embeddings", 2048),
        json.getDouble("layer_norm_eps", 1e-5),
        Activation.of(json.getString("hidden_act", "gelu")),
        json.getBoolean("use_parallel_residual", true),
        json.getBoolean("attention_bias", true),
        json.getBoolean("tie_word_embeddings", false),
        rotary(json, hiddenSize / heads));
  }

  int headSize() {
    return hiddenSize / heads;
  }

  /** The share of features that turn, and the base, go by this family's own keys. */
  private static RotaryScaling rotary(JsonNode json, int headSize) {
    double share = json.getDouble("rotary_pct", 0.25);
    int rotated = (int) (headSize * share);
    if (rotated < 1 || rotated + rotated % 2 > headSize) {
      throw new InvalidModelException(
          "rotary_pct " + share + " of " + headSize + " features is not a number of pairs");
    }
    return RotaryScaling.ofTheta(json, rotated, json.getDouble("rotary_emb_base", 10000));
  }
}

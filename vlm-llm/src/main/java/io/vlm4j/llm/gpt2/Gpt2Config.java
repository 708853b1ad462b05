package io.vlm4j.llm.gpt2;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a GPT-2 decoder.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads heads
 * @param maxPositions the context
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param scaledByHead scores are divided by the root of the head size
 * @param scaledByLayer scores are divided by the number of the layer, from 1
 * @param crossAttention blocks attend to an encoder's output of width D
 * @param startToken with which a decoder of an encoder's output begins
 * @param tiedEmbeddings the output layer is the embedding table
 */
record Gpt2Config(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean scaledByHead,
    boolean scaledByLayer,
    boolean crossAttention,
    int startToken,
    boolean tiedEmbeddings) {

  Gpt2Config {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, n_embd, n_inner, n_layer and n_positions must be positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "n_embd " + hiddenSize + " is not a multiple of n_head " + heads);
    }
  }

  /** {@code model_type} gpt2; defaults of GPT2Config. */
  static Gpt2Config of(JsonNode json) {
    int hiddenSize = json.getInt("n_embd", 768);
    return new Gpt2Config(
        json.getInt("vocab_size", 50257),
        hiddenSize,
        json.getInt("n_inner", 4 * hiddenSize),
        json.getInt("n_layer", 12),
        json.getInt("n_head", 12),
        json.getInt("n_positions", 1024),
        json.getDouble("layer_norm_epsilon", 1e-5),
        Activation.of(json.getString("activation_function", "gelu_new")),
        json.getBoolean("scale_attn_weights", true),
        json.getBoolean("scale_attn_by_inverse_layer_idx", false),
        json.getBoolean("add_cross_attention", false),
        json.getInt("decoder_start_token_id", json.getInt("bos_token_id", 50256)),
        json.getBoolean("tie_word_embeddings", true));
  }

  int headSize() {
    return hiddenSize / heads;
  }

  /** The factor on the scores of a layer. */
  double scale(int layer) {
    double byHead = scaledByHead ? 1 / Math.sqrt(headSize()) : 1;
    return scaledByLayer ? byHead / (layer + 1) : byHead;
  }
}

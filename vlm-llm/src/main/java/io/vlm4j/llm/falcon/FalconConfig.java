package io.vlm4j.llm.falcon;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.RotaryScaling;

/**
 * The shape of a Falcon decoder.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads heads
 * @param keyValueHeads heads of keys and values
 * @param maxPositions the context
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param parallel attention and feed-forward have the same input
 * @param sharedNorm one norm stands before both
 * @param bias linear layers have biases
 * @param alibi biases by distance instead of rotary positions
 * @param tiedEmbeddings the output layer is the embedding table
 * @param rotary frequencies of the positions
 */
record FalconConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean parallel,
    boolean sharedNorm,
    boolean bias,
    boolean alibi,
    boolean tiedEmbeddings,
    RotaryScaling rotary) {

  FalconConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, ffn_hidden_size, num_hidden_layers and"
              + " max_position_embeddings must be positive");
    }
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new InvalidModelException(
          "num_attention_heads " + heads + " is not a multiple of num_kv_heads " + keyValueHeads);
    }
  }

  /**
   * {@code model_type} falcon and the older RefinedWeb and RefinedWebModel; defaults of
   * FalconConfig.
   */
  static FalconConfig of(JsonNode json) {
    if (json.getBoolean("apply_residual_connection_post_layernorm", false)) {
      throw new UnsupportedModelException(
          json.origin()
              + ": apply_residual_connection_post_layernorm true is not supported; supported is"
              + " false");
    }
    int hiddenSize = json.getInt("n_embed", json.getInt("hidden_size", 4544));
    int heads = json.getInt("num_attention_heads", json.getInt("n_head", 71));
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
    // RefinedWeb's 40B has no key for its architecture, and is the only one with n_head_kv.
    boolean grouped = json.getBoolean("new_decoder_architecture", json.has("n_head_kv"));
    boolean parallel = grouped || json.getBoolean("parallel_attn", true);
    return new FalconConfig(
        json.getInt("vocab_size", 65024),
        hiddenSize,
        json.getInt("ffn_hidden_size", 4 * hiddenSize),
        json.getInt("num_hidden_layers", json.getInt("n_layer", 32)),
        heads,
        keyValueHeads(json, heads, grouped),
        json.getInt("max_position_embeddings", 2048),
        json.getDouble("layer_norm_epsilon", 1e-5),
        Activation.of(json.getString("activation", "gelu")),
        parallel,
        parallel && sharedNorm(json, grouped),
        json.getBoolean("bias", false),
        json.getBoolean("alibi", false),
        json.getBoolean("tie_word_embeddings", true),
        RotaryScaling.of(json, hiddenSize / heads, 10000));
  }

  int headSize() {
    return hiddenSize / heads;
  }

  private static int keyValueHeads(JsonNode json, int heads, boolean grouped) {
    if (grouped) {
      return json.getInt("num_kv_heads", json.getInt("n_head_kv", heads));
    }
    return json.getBoolean("multi_query", true) ? 1 : heads;
  }

  private static boolean sharedNorm(JsonNode json, boolean grouped) {
    int norms = json.getInt("num_ln_in_parallel_attn", grouped ? 2 : 1);
    if (norms < 1 || norms > 2) {
      throw new InvalidModelException(
          json.origin() + ": num_ln_in_parallel_attn is " + norms + "; expected 1 or 2");
    }
    return norms == 1;
  }
}

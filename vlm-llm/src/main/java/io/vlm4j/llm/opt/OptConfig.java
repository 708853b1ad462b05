package io.vlm4j.llm.opt;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of an OPT decoder.
 *
 * @param vocabularySize number of tokens V
 * @param embeddingSize width E of the embeddings
 * @param hiddenSize width D of the blocks
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads heads
 * @param maxPositions the context
 * @param activation of the feed-forward
 * @param preNorm norms stand before the sublayers, not after
 * @param finalNorm there is a norm after the last block
 * @param bias linear layers have biases
 * @param normWeights norms scale and shift
 * @param tiedEmbeddings the output layer is the embedding table
 */
record OptConfig(
    int vocabularySize,
    int embeddingSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int maxPositions,
    Activation activation,
    boolean preNorm,
    boolean finalNorm,
    boolean bias,
    boolean normWeights,
    boolean tiedEmbeddings) {

  OptConfig {
    if (vocabularySize < 1
        || embeddingSize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, word_embed_proj_dim, hidden_size, ffn_dim, num_hidden_layers and"
              + " max_position_embeddings must be positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
  }

  /** {@code model_type} opt; defaults of OPTConfig. */
  static OptConfig of(JsonNode json) {
    int hiddenSize = json.getInt("hidden_size", 768);
    boolean preNorm = json.getBoolean("do_layer_norm_before", true);
    return new OptConfig(
        json.getInt("vocab_size", 50272),
        json.getInt("word_embed_proj_dim", hiddenSize),
        hiddenSize,
        json.getInt("ffn_dim", 3072),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", 12),
        json.getInt("max_position_embeddings", 2048),
        Activation.of(json.getString("activation_function", "relu")),
        preNorm,
        preNorm && !json.getBoolean("_remove_final_layer_norm", false),
        json.getBoolean("enable_bias", true),
        json.getBoolean("layer_norm_elementwise_affine", true),
        json.getBoolean("tie_word_embeddings", true));
  }

  int headSize() {
    return hiddenSize / heads;
  }
}

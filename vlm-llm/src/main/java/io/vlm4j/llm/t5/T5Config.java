package io.vlm4j.llm.t5;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a T5.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param encoderLayers blocks of the encoder
 * @param decoderLayers blocks of the decoder
 * @param heads heads
 * @param headSize features of a head; heads times these need not be D
 * @param buckets of distances
 * @param maxDistance from which on all distances share a bucket
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param gated the feed-forward has a gate (v1.1)
 * @param tiedEmbeddings the output layer is the embedding table, scaled by D^-0.5 (v1.0)
 * @param startToken with which the decoder begins
 */
record T5Config(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int encoderLayers,
    int decoderLayers,
    int heads,
    int headSize,
    int buckets,
    int maxDistance,
    double epsilon,
    Activation activation,
    boolean gated,
    boolean tiedEmbeddings,
    int startToken) {

  T5Config {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || encoderLayers < 1
        || decoderLayers < 1
        || heads < 1
        || headSize < 1) {
      throw new InvalidModelException(
          "vocab_size, d_model, d_ff, num_layers, num_decoder_layers, num_heads and d_kv must be"
              + " positive");
    }
    if (buckets < 4 || buckets % 4 != 0 || maxDistance <= buckets / 2) {
      throw new InvalidModelException(
          "relative_attention_num_buckets "
              + buckets
              + " must be a multiple of 4 and below twice relative_attention_max_distance "
              + maxDistance);
    }
  }

  /** {@code model_type} t5; defaults of T5Config. */
  static T5Config of(JsonNode json) {
    int layers = json.getInt("num_layers", 6);
    String feedForward = json.getString("feed_forward_proj", "relu");
    boolean gated = feedForward.startsWith("gated-");
    String activation = gated ? feedForward.substring("gated-".length()) : feedForward;
    return new T5Config(
        json.getInt("vocab_size", 32128),
        json.getInt("d_model", 512),
        json.getInt("d_ff", 2048),
        layers,
        json.getInt("num_decoder_layers", layers),
        json.getInt("num_heads", 8),
        json.getInt("d_kv", 64),
        json.getInt("relative_attention_num_buckets", 32),
        json.getInt("relative_attention_max_distance", 128),
        json.getDouble("layer_norm_epsilon", 1e-6),
        // "gated-gelu" has always meant the approximation by tanh
        gated && activation.equals("gelu") ? Activation.GELU_TANH : Activation.of(activation),
        gated,
        json.getBoolean("tie_word_embeddings", true),
        json.getInt("decoder_start_token_id", json.getInt("pad_token_id", 0)));
  }

  /** Width of all heads together. */
  int innerSize() {
    return heads * headSize;
  }
}

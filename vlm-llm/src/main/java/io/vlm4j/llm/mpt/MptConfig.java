package io.vlm4j.llm.mpt;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.List;

/**
 * The shape of an MPT decoder.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads heads
 * @param keyValueHeads heads of keys and values
 * @param maxPositions the context
 * @param epsilon of the norms
 * @param alibi biases by distance instead of learned positions
 * @param alibiMaximum the last head's slope is 2^-alibiMaximum
 * @param clip bound on queries, keys and values; 0 for none
 * @param scale factor on the scores
 * @param queryKeyNorms norms over all heads' queries and keys
 * @param biases layers and norms may have biases
 * @param logitScale factor on the logits
 * @param tiedEmbeddings the output layer is the embedding table
 */
record MptConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int maxPositions,
    double epsilon,
    boolean alibi,
    double alibiMaximum,
    double clip,
    double scale,
    boolean queryKeyNorms,
    boolean biases,
    double logitScale,
    boolean tiedEmbeddings) {

  MptConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, d_model, d_model * expansion_ratio, n_layers and max_seq_len must be"
              + " positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "d_model " + hiddenSize + " is not a multiple of n_heads " + heads);
    }
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new InvalidModelException(
          "n_heads " + heads + " is not a multiple of kv_n_heads " + keyValueHeads);
    }
  }

  /**
   * {@code model_type} mpt and mosaic_gpt; defaults of MptConfig. The older of the two has the
   * settings of attention beside the others.
   *
   * @throws UnsupportedModelException naming a setting that only llm-foundry has
   */
  static MptConfig of(JsonNode json) {
    JsonNode attention = json.optional("attn_config").orElse(json);
    JsonNode feedForward = json.objectOrEmpty("ffn_config");
    int hiddenSize = json.getInt("d_model", 2048);
    int heads = json.getInt("n_heads", 16);
    double headSize = (double) hiddenSize / heads;
    double expansion = json.getDouble("expansion_ratio", json.getDouble("mlp_ratio", 4));
    boolean alibi = attention.getBoolean("alibi", true);
    refuseTheUnsupported(json, attention, feedForward, (int) headSize);
    if (!alibi) {
      allow(json, "learned_pos_emb", "true");
    }
    return new MptConfig(
        json.getInt("vocab_size", 50368),
        hiddenSize,
        feedForward.getInt("ffn_hidden_size", (int) (hiddenSize * expansion)),
        json.getInt("n_layers", 24),
        heads,
        keyValueHeads(attention, heads),
        json.getInt("max_seq_len", 2048),
        json.getDouble("layer_norm_epsilon", json.getDouble("norm_eps", 1e-5)),
        alibi,
        attention.getDouble("alibi_bias_max", 8),
        attention.getDouble("clip_qkv", attention.getDouble("attn_clip_qkv", 0)),
        attention.getDouble("softmax_scale", 1 / Math.sqrt(headSize)),
        attention.getBoolean("qk_ln", attention.getBoolean("attn_qk_ln", false)),
        !json.getBoolean("no_bias", true) || json.getBoolean("attention_bias", false),
        logitScale(json, hiddenSize),
        json.getBoolean("tie_word_embeddings", true));
  }

  int headSize() {
    return hiddenSize / heads;
  }

  private static int keyValueHeads(JsonNode attention, int heads) {
    String type = attention.getString("attn_type", "multihead_attention");
    return switch (type) {
      case "multihead_attention" -> heads;
      case "multiquery_attention" -> 1;
      case "grouped_query_attention" -> attention.getInt("kv_n_heads");
      default ->
          throw new UnsupportedModelException(
              attention.origin()
                  + ": attn_type '"
                  + type
                  + "' is not supported; supported are multihead_attention,"
                  + " multiquery_attention, grouped_query_attention");
    };
  }

  private static double logitScale(JsonNode json, int hiddenSize) {
    if (json.optional("logit_scale").filter(JsonNode::isString).isEmpty()) {
      return json.getDouble("logit_scale", 1);
    }
    allow(json, "logit_scale", "\"inv_sqrt_d_model\"");
    return 1 / Math.sqrt(hiddenSize);
  }

  private static void refuseTheUnsupported(
      JsonNode json, JsonNode attention, JsonNode feedForward, int headSize) {
    allow(attention, "prefix_lm", "false");
    allow(attention, "rope", "false");
    allow(attention, "qk_gn", "false");
    allow(attention, "fused_qkv", "true");
    allow(attention, "sliding_window_size", "-1");
    allow(attention, "attn_logit_softcapping");
    allow(attention.objectOrEmpty("attn_temperature_tuning"), "attn_scale", "0.0", "0");
    allow(json, "final_logit_softcapping");
    allow(json, "block_overrides");
    allow(json, "head_dim", Integer.toString(headSize));
    allow(json, "norm_type", "\"low_precision_layernorm\"", "\"layernorm\"");
    allow(feedForward, "ffn_type", "\"mptmlp\"");
    allow(feedForward, "ffn_act_fn", "{\"name\":\"gelu\",\"approximate\":\"none\"}");
  }

  /** Refuses a key that is there with another value than these, written as in JSON. */
  private static void allow(JsonNode json, String key, String... values) {
    String found = json.optional(key).map(JsonNode::toString).orElse("");
    if (!found.isEmpty() && !List.of(values).contains(found)) {
      throw new UnsupportedModelException(
          json.origin()
              + ": "
              + key
              + " "
              + found
              + " is not supported; supported is "
              + (values.length == 0 ? "null" : String.join(" or ", values)));
    }
  }
}

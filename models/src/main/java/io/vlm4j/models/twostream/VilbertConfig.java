package io.vlm4j.models.twostream;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.PostNormLayers;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of a ViLBERT.
 *
 * @param text the stream of the text
 * @param regions the stream of the regions
 * @param vocabularySize number of tokens V
 * @param maxPositions tokens of the longest text
 * @param segments that a text may have
 * @param featureSize width F of the regions' features
 * @param coSize width of queries, keys and values between the streams, and of what is pooled
 * @param coHeads attention heads between the streams
 * @param meetings where the streams look at each other
 * @param fusion how the two pooled vectors become one
 * @param pooling the activation of the poolers
 * @param epsilon of the norms
 */
record VilbertConfig(
    Stream text,
    Stream regions,
    int vocabularySize,
    int maxPositions,
    int segments,
    int featureSize,
    int coSize,
    int coHeads,
    List<Meeting> meetings,
    Fusion fusion,
    Activation pooling,
    double epsilon) {
  /**
   * One of the two streams.
   *
   * @param size its width D
   * @param heads attention heads
   * @param intermediateSize width of the feed-forwards
   * @param layers blocks
   * @param activation of the feed-forwards
   */
  record Stream(int size, int heads, int intermediateSize, int layers, Activation activation) {
    PostNormLayers sublayers(double epsilon) {
      return new PostNormLayers(size, heads, epsilon);
    }
  }

  /**
   * The streams look at each other before a block of each.
   *
   * @param textLayer of the text
   * @param regionLayer of the regions
   */
  record Meeting(int textLayer, int regionLayer) {}

  /** How two vectors become one. */
  enum Fusion {
    SUM,
    MUL;

    static Fusion of(String name) {
      return Arrays.stream(values())
          .filter(fusion -> fusion.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new UnsupportedModelException(
                      "fusion_method '" + name + "' is not supported; supported are mul, sum"));
    }
  }

  VilbertConfig {
    requirePositive(
        "hidden_size, intermediate_size, vocab_size, max_position_embeddings, type_vocab_size",
        text.size,
        text.intermediateSize,
        vocabularySize,
        maxPositions,
        segments);
    requirePositive(
        "v_hidden_size, v_intermediate_size, v_feature_size and bi_hidden_size",
        regions.size,
        regions.intermediateSize,
        featureSize,
        coSize);
    LxmertConfig.requireDivides("hidden_size", text.size, "num_attention_heads", text.heads);
    LxmertConfig.requireDivides(
        "v_hidden_size", regions.size, "v_num_attention_heads", regions.heads);
    LxmertConfig.requireDivides("bi_hidden_size", coSize, "bi_num_attention_heads", coHeads);
    for (Meeting meeting : meetings) {
      if (meeting.textLayer < 0
          || meeting.textLayer >= text.layers
          || meeting.regionLayer < 0
          || meeting.regionLayer >= regions.layers) {
        throw new InvalidModelException(
            "the streams meet at block %d of the text and %d of the regions; there are %d and %d"
                .formatted(meeting.textLayer, meeting.regionLayer, text.layers, regions.layers));
      }
    }
  }

  /** Defaults of BertConfig in vilbert_beta, whose files say no {@code model_type}. */
  static VilbertConfig of(JsonNode json) {
    refuse(json, "task_specific_tokens");
    refuse(json, "dynamic_attention");
    String language = json.getString("model", "bert");
    if (!language.equals("bert")) {
      throw new UnsupportedModelException(
          "a ViLBERT on '" + language + "' is not supported; supported is bert");
    }
    return new VilbertConfig(
        stream(json, ""),
        stream(json, "v_"),
        json.getInt("vocab_size", 30522),
        json.getInt("max_position_embeddings", 512),
        json.getInt("type_vocab_size", 2),
        json.getInt("v_feature_size", 2048),
        json.getInt("bi_hidden_size", 1024),
        json.getInt("bi_num_attention_heads", 16),
        meetings(json),
        Fusion.of(json.getString("fusion_method", json.getString("pooling_method", "mul"))),
        Activation.of(json.getString("pooler_activation", "relu")),
        json.getDouble("layer_norm_eps", 1e-12));
  }

  private static Stream stream(JsonNode json, String prefix) {
    return new Stream(
        json.getInt(prefix + "hidden_size", 768),
        json.getInt(prefix + "num_attention_heads", 12),
        json.getInt(prefix + "intermediate_size", 3072),
        json.getInt(prefix + "num_hidden_layers", prefix.isEmpty() ? 12 : 3),
        Activation.of(json.getString(prefix + "hidden_act", "gelu")));
  }

  private static List<Meeting> meetings(JsonNode json) {
    int[] text = layers(json, "t_biattention_id", 10, 11);
    int[] regions = layers(json, "v_biattention_id", 0, 1);
    if (text.length != regions.length) {
      throw new InvalidModelException(
          "t_biattention_id has %d blocks and v_biattention_id %d; expected as many"
              .formatted(text.length, regions.length));
    }
    Meeting[] meetings = new Meeting[text.length];
    Arrays.setAll(meetings, i -> new Meeting(text[i], regions[i]));
    return List.of(meetings);
  }

  private static int[] layers(JsonNode json, String key, int... defaults) {
    return json.optional(key).map(JsonNode::asInts).orElse(defaults);
  }

  private static void refuse(JsonNode json, String key) {
    if (json.getBoolean(key, false)) {
      throw new UnsupportedModelException("a ViLBERT with " + key + " is not supported");
    }
  }

  private static void requirePositive(String names, int... values) {
    if (Arrays.stream(values).anyMatch(value -> value < 1)) {
      throw new InvalidModelException(names + " must be positive");
    }
  }
}

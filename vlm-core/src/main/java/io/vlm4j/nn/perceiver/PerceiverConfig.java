package io.vlm4j.nn.perceiver;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a Perceiver: what the inputs are, and the body that all kinds share. The norms'
 * epsilon is no part of it: the reference does not heed {@code layer_norm_eps}.
 *
 * @param architecture the hub's class, which says what goes in and what comes out
 * @param latents number N of latents
 * @param latentSize width D of the latents
 * @param blocks how many times the block of self-attentions is applied
 * @param selfAttendsPerBlock self-attentions of a block
 * @param selfAttentionHeads heads of each
 * @param crossAttentionHeads heads of the attention to the inputs
 * @param queryKeySize width of the encoder's queries and keys; empty for that of its input
 * @param valueSize width of the encoder's values; empty for that of queries and keys
 * @param crossAttentionShape whose width the queries and keys of the attention to the inputs have
 *     if there is no {@code queryKeySize}: that of the latents ({@code q}) or the inputs ({@code
 *     kv})
 * @param selfAttentionWidening how many times its input a self-attention's feed-forward is wide
 * @param crossAttentionWidening the same after the attention to the inputs
 * @param activation of the feed-forwards
 * @param queryResidual the latents join what they see in the inputs
 * @param textSize width of the embeddings of a text
 * @param vocabularySize number V of tokens
 * @param maxPositions the longest text in tokens
 * @param imageSize side of the images that learned positions are for
 */
public record PerceiverConfig(
    String architecture,
    int latents,
    int latentSize,
    int blocks,
    int selfAttendsPerBlock,
    int selfAttentionHeads,
    int crossAttentionHeads,
    OptionalInt queryKeySize,
    OptionalInt valueSize,
    String crossAttentionShape,
    int selfAttentionWidening,
    int crossAttentionWidening,
    Activation activation,
    boolean queryResidual,
    int textSize,
    int vocabularySize,
    int maxPositions,
    int imageSize) {
  /** Predicts the masked bytes of a text. */
  public static final String MASKED_LM = "PerceiverForMaskedLM";

  /** Classifies images: every pixel, positions learned. */
  public static final String LEARNED = "PerceiverForImageClassificationLearned";

  /** Classifies images: every pixel, positions by sines and cosines. */
  public static final String FOURIER = "PerceiverForImageClassificationFourier";

  /** Classifies images: a convolution first, positions by sines and cosines. */
  public static final String CONVOLUTION = "PerceiverForImageClassificationConvProcessing";

  private static final List<String> ARCHITECTURES =
      List.of(MASKED_LM, LEARNED, FOURIER, CONVOLUTION);

  /** Checks that the numbers are possible. */
  public PerceiverConfig {
    requirePositive("num_latents", latents);
    requirePositive("d_latents", latentSize);
    requirePositive("num_blocks", blocks);
    requirePositive("num_self_attends_per_block", selfAttendsPerBlock);
    requirePositive("self_attention_widening_factor", selfAttentionWidening);
    requirePositive("cross_attention_widening_factor", crossAttentionWidening);
    requirePositive("d_model", textSize);
    requirePositive("vocab_size", vocabularySize);
    requirePositive("max_position_embeddings", maxPositions);
    requirePositive("image_size", imageSize);
    requireShare(latentSize, "num_self_attention_heads", selfAttentionHeads);
    requireShare(latentSize, "num_cross_attention_heads", crossAttentionHeads);
  }

  /**
   * {@code model_type} perceiver; defaults of PerceiverConfig.
   *
   * @throws UnsupportedModelException if {@code architectures} names none that is supported:
   *     optical flow, multimodal autoencoding and the classification of texts are not
   */
  public static PerceiverConfig of(JsonNode json) {
    return new PerceiverConfig(
        architecture(json),
        json.getInt("num_latents", 256),
        json.getInt("d_latents", 1280),
        json.getInt("num_blocks", 1),
        json.getInt("num_self_attends_per_block", 26),
        json.getInt("num_self_attention_heads", 8),
        json.getInt("num_cross_attention_heads", 8),
        optionalInt(json, "qk_channels"),
        optionalInt(json, "v_channels"),
        json.getString("cross_attention_shape_for_attention", "kv"),
        json.getInt("self_attention_widening_factor", 1),
        json.getInt("cross_attention_widening_factor", 1),
        Activation.of(json.getString("hidden_act", "gelu")),
        json.getBoolean("use_query_residual", true),
        json.getInt("d_model", 768),
        json.getInt("vocab_size", 262),
        json.getInt("max_position_embeddings", 2048),
        json.getInt("image_size", 56));
  }

  /** Number of self-attentions that the latents go through. */
  public int layerCount() {
    return blocks * selfAttendsPerBlock;
  }

  /** The widths of the attention of the latents to inputs of a width. */
  AttentionWidths crossAttention(int inputSize) {
    int queryKey = queryKeySize.orElseGet(() -> widthOfShape(inputSize));
    return new AttentionWidths(crossAttentionHeads, queryKey, valueSize.orElse(queryKey));
  }

  /** The widths of the attention of the latents among themselves. */
  AttentionWidths selfAttention() {
    int queryKey = queryKeySize.orElse(latentSize);
    int value = valueSize.orElse(queryKey);
    if (value != latentSize) { // the reference's output layer keeps the values' width
      throw new InvalidModelException(
          "v_channels is %d where d_latents is %d; self-attention needs them to be equal"
              .formatted(value, latentSize));
    }
    return new AttentionWidths(selfAttentionHeads, queryKey, value);
  }

  private int widthOfShape(int inputSize) {
    return switch (crossAttentionShape) {
      case "q" -> latentSize;
      case "kv" -> inputSize;
      default ->
          throw new InvalidModelException(
              "cross_attention_shape_for_attention is '"
                  + crossAttentionShape
                  + "'; expected q or kv");
    };
  }

  private static String architecture(JsonNode json) {
    List<String> found = json.getList("architectures").stream().map(JsonNode::asString).toList();
    return found.stream()
        .filter(ARCHITECTURES::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedModelException(
                    "%s: architectures is %s; supported perceivers are %s"
                        .formatted(json.origin(), found, String.join(", ", ARCHITECTURES))));
  }

  private static OptionalInt optionalInt(JsonNode json, String key) {
    return json.has(key) ? OptionalInt.of(json.getInt(key)) : OptionalInt.empty();
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new InvalidModelException(key + " is " + value + "; expected at least 1");
    }
  }

  private static void requireShare(int latentSize, String key, int heads) {
    if (heads < 1 || latentSize % heads != 0) {
      throw new InvalidModelException(
          "d_latents %d is not a multiple of %s %d".formatted(latentSize, key, heads));
    }
  }
}

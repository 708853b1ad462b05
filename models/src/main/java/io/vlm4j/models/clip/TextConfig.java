package io.vlm4j.models.clip;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a text transformer.
 *
 * @param vocabularySize number of tokens V
 * @param hiddenSize width D
 * @param intermediateSize width of the feed-forward
 * @param layers number of blocks
 * @param heads attention heads
 * @param maxPositions tokens that it reads
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param causal a token sees itself and those before it; else all of them
 * @param padsToEnd every text is padded to {@code maxPositions}
 * @param pooling the place that stands for a text
 */
public record TextConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean causal,
    boolean padsToEnd,
    TextPooling pooling) {
  /** As an {@code eos_token_id}, what CLIP's first configurations said whatever the tokenizer. */
  private static final int WRONG_END = 2;

  /** Checks that the numbers go together. */
  public TextConfig {
    if (vocabularySize < 1
        || hiddenSize < 1
        || intermediateSize < 1
        || layers < 1
        || maxPositions < 1) {
      throw new InvalidModelException(
          "vocab_size, hidden_size, intermediate_size, num_hidden_layers and"
              + " max_position_embeddings of the text tower must be positive");
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InvalidModelException(
          "hidden_size %d of the text tower is not a multiple of its %d heads"
              .formatted(hiddenSize, heads));
    }
  }

  /**
   * Defaults of CLIPTextConfig. The text's place is its first end token; where {@code eos_token_id}
   * is 2, the largest id.
   */
  public static TextConfig clip(JsonNode json) {
    int end = json.getInt("eos_token_id", 49407);
    TextPooling pooling = end == WRONG_END ? TextPooling.LARGEST_ID : TextPooling.first(end);
    return of(json, new Defaults(49408, 512, 2048, 8, 77, 1e-5, "quick_gelu"), true, pooling);
  }

  /** Defaults of SiglipTextConfig. */
  public static TextConfig siglip(JsonNode json) {
    Defaults defaults = new Defaults(32000, 768, 3072, 12, 64, 1e-6, "gelu_pytorch_tanh");
    return of(json, defaults, false, TextPooling.LAST);
  }

  /** Defaults of OwlViTTextConfig and Owlv2TextConfig. */
  public static TextConfig owl(JsonNode json) {
    Defaults defaults = new Defaults(49408, 512, 2048, 8, 16, 1e-5, "quick_gelu");
    return of(json, defaults, true, TextPooling.LARGEST_ID);
  }

  private static TextConfig of(
      JsonNode json, Defaults defaults, boolean causal, TextPooling pooling) {
    return new TextConfig(
        json.getInt("vocab_size", defaults.vocabularySize()),
        json.getInt("hidden_size", defaults.hiddenSize()),
        json.getInt("intermediate_size", defaults.intermediateSize()),
        json.getInt("num_hidden_layers", 12),
        json.getInt("num_attention_heads", defaults.heads()),
        json.getInt("max_position_embeddings", defaults.maxPositions()),
        json.getDouble("layer_norm_eps", defaults.epsilon()),
        Activation.of(json.getString("hidden_act", defaults.activation())),
        causal,
        !causal,
        pooling);
  }

  /** What the reference's configuration class says where a checkpoint's is silent. */
  private record Defaults(
      int vocabularySize,
      int hiddenSize,
      int intermediateSize,
      int heads,
      int maxPositions,
      double epsilon,
      String activation) {}
}

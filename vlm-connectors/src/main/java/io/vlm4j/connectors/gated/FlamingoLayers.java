package io.vlm4j.connectors.gated;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;

/**
 * Gated cross-attention as OpenFlamingo has it: layer norms, a plain feed-forward, no biases, one
 * gate for a sublayer.
 *
 * @param imageSize width of the images' features
 * @param heads attention heads
 * @param headSize features of a head
 * @param expansion how many times as wide as the model the feed-forward is
 * @param interval before every how manyth block of the language model a layer stands
 * @param firstBlock no layer stands before an earlier block
 * @param allPrevious true if a token sees all images before it, not the most recent one alone
 */
public record FlamingoLayers(
    int imageSize,
    int heads,
    int headSize,
    int expansion,
    int interval,
    int firstBlock,
    boolean allPrevious) {
  private static final double EPSILON = 1e-5;

  /** OpenFlamingo's names, relative to the layer before a block. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          {i}.attn_gate     -> {i}.attention.residual_gate
          {i}.attn.norm.*   -> {i}.attention.norm.*
          {i}.attn.to_q.*   -> {i}.attention.query.*
          {i}.attn.to_kv.*  -> {i}.attention.key_value.*
          {i}.attn.to_out.* -> {i}.attention.output.*
          {i}.ff_gate       -> {i}.mlp.residual_gate
          {i}.ff.0.*        -> {i}.mlp.norm.*
          {i}.ff.1.*        -> {i}.mlp.up.*
          {i}.ff.3.*        -> {i}.mlp.down.*
          """);

  /** Checks the numbers. */
  public FlamingoLayers {
    if (imageSize < 1
        || heads < 1
        || headSize < 1
        || expansion < 1
        || interval < 1
        || firstBlock < 0) {
      throw new InvalidModelException(
          "gated cross-attention needs a positive image width, number of heads, head size, width"
              + " of feed-forwards and interval of blocks");
    }
  }

  /** With feed-forwards four times as wide as the model, from the first block on. */
  public FlamingoLayers(int imageSize, int heads, int headSize, int interval, boolean allPrevious) {
    this(imageSize, heads, headSize, 4, interval, 0, allPrevious);
  }

  /**
   * A configuration: {@code input_size}, {@code heads} (8), {@code dim_head} (64), {@code ff_mult}
   * (4), {@code cross_attn_every_n_layers} (1), {@code first_cross_attn_layer} (0), {@code
   * only_attend_immediate_media} (true).
   */
  public static FlamingoLayers of(JsonNode json) {
    return new FlamingoLayers(
        json.getInt("input_size"),
        json.getInt("heads", 8),
        json.getInt("dim_head", 64),
        json.getInt("ff_mult", 4),
        json.getInt("cross_attn_every_n_layers", 1),
        json.getInt("first_cross_attn_layer", 0),
        !json.getBoolean("only_attend_immediate_media", true));
  }

  /**
   * Reads the layers for a language model, below the index of the block that each stands before.
   *
   * @param weights under OpenFlamingo's names
   */
  public GatedLayers load(Weights weights, LayeredLanguageModel model) {
    Weights named = weights.mapped(NAMES);
    return GatedLayers.load(
        imageSize,
        allPrevious,
        model.layerCount(),
        this::standsBefore,
        block -> layer(named.at(Integer.toString(block)), model.blockSize()));
  }

  /** Whether a layer stands before a block: before the blocks n-1, 2n-1 and so on. */
  public boolean standsBefore(int block) {
    return block >= firstBlock && (block + 1) % interval == 0;
  }

  /** Features of all heads. */
  public int inner() {
    return heads * headSize;
  }

  private GatedCrossAttention layer(Weights weights, int size) {
    Weights attending = weights.at("attention");
    Weights thinking = weights.at("mlp");
    int inner = inner();
    int intermediate = expansion * size;
    CrossAttention attention =
        CrossAttention.builder(heads, headSize)
            .norm(norm(attending, size))
            .query(Linear.load(attending.at("query"), size, inner, false))
            .keyValue(Linear.load(attending.at("key_value"), imageSize, 2 * inner, false))
            .output(Linear.load(attending.at("output"), inner, size, false))
            .residual(residual(attending))
            .build();
    Mlp mlp =
        Mlp.of(
            norm(thinking, size),
            Linear.load(thinking.at("up"), size, intermediate, false),
            Activation.GELU,
            Linear.load(thinking.at("down"), intermediate, size, false),
            residual(thinking));
    return new GatedCrossAttention(attention, mlp);
  }

  private static Norm norm(Weights owner, int size) {
    return Norm.layerNorm(owner.at("norm"), size, EPSILON);
  }

  private static Residual residual(Weights owner) {
    return Residual.gated(owner.getFloat("residual_gate", 1));
  }
}

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
import java.util.List;

/**
 * Gated cross-attention as IDEFICS has it: RMS norms, LLaMA's feed-forward, gates for a sublayer or
 * for each feature, and norms over queries and keys if the configuration says so.
 *
 * @param imageSize width of the images' features
 * @param heads attention heads
 * @param intermediateSize width of the feed-forward
 * @param interval before every how manyth block of the language model a layer stands, from the
 *     first on
 * @param epsilon of the norms
 * @param activation of the feed-forward's gate
 * @param gatePerFeature the tanh gates are vectors
 * @param queryKeyNorms queries and keys are normalised in each head
 */
public record IdeficsLayers(
    int imageSize,
    int heads,
    int intermediateSize,
    int interval,
    double epsilon,
    Activation activation,
    boolean gatePerFeature,
    boolean queryKeyNorms) {
  /** IDEFICS' names, relative to {@code gated_cross_attn_layers}. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          {i}.alpha_cross_attn                  -> {i}.attention.residual_gate
          {i}.input_layernorm.*                 -> {i}.attention.norm.*
          {i}.cross_attn.q_proj.*               -> {i}.attention.query.*
          {i}.cross_attn.k_proj.*               -> {i}.attention.key.*
          {i}.cross_attn.v_proj.*               -> {i}.attention.value.*
          {i}.cross_attn.o_proj.*               -> {i}.attention.output.*
          {i}.cross_attn.q_layer_norm.*         -> {i}.attention.query_norm.*
          {i}.cross_attn.k_layer_norm.*         -> {i}.attention.key_norm.*
          {i}.cross_attn.rotary_emb.inv_freq    -> ignore
          {i}.alpha_dense                       -> {i}.mlp.residual_gate
          {i}.post_attention_layernorm.*        -> {i}.mlp.norm.*
          {i}.mlp.gate_proj.*                   -> {i}.mlp.gate.*
          {i}.mlp.up_proj.*                     -> {i}.mlp.up.*
          {i}.mlp.down_proj.*                   -> {i}.mlp.down.*
          """);

  /** Checks the numbers. */
  public IdeficsLayers {
    if (heads < 1 || intermediateSize < 1 || interval < 1) {
      throw new InvalidModelException(
          "num_attention_heads, intermediate_size and cross_layer_interval must be positive");
    }
  }

  /** The top level of a configuration; defaults of IdeficsConfig. */
  public static IdeficsLayers of(JsonNode json, int imageSize) {
    String gate = json.getString("alpha_type", "float");
    if (!gate.equals("float") && !gate.equals("vector")) {
      throw new InvalidModelException(
          "%s: alpha_type is '%s'; expected float or vector".formatted(json.origin(), gate));
    }
    return new IdeficsLayers(
        imageSize,
        json.getInt("num_attention_heads", 32),
        json.getInt("intermediate_size", 11008),
        json.getInt("cross_layer_interval", 1),
        json.getDouble("rms_norm_eps", 1e-6),
        Activation.of(json.getString("hidden_act", "silu")),
        gate.equals("vector"),
        json.getBoolean("qk_layer_norms", false));
  }

  /** Reads the layers for a language model: before its blocks 0, n, 2n and so on. */
  public GatedLayers load(Weights weights, LayeredLanguageModel model) {
    Weights named = weights.mapped(NAMES);
    return GatedLayers.load(
        imageSize,
        false,
        model.layerCount(),
        block -> block % interval == 0,
        block -> layer(named.at(Integer.toString(block / interval)), model.blockSize()));
  }

  private GatedCrossAttention layer(Weights weights, int size) {
    return new GatedCrossAttention(
        attention(weights.at("attention"), size), mlp(weights.at("mlp"), size));
  }

  private CrossAttention attention(Weights weights, int size) {
    int headSize = size / heads;
    return CrossAttention.builder(heads, headSize)
        .norm(norm(weights, "norm", size))
        .query(Linear.load(weights.at("query"), size, size, false))
        .keyValue(
            Linear.fused(
                List.of(weights.at("key"), weights.at("value")),
                imageSize,
                List.of(size, size),
                false))
        .queryKeyNorms(
            queryKeyNorms ? norm(weights, "query_norm", headSize) : null,
            queryKeyNorms ? norm(weights, "key_norm", headSize) : null)
        .output(Linear.load(weights.at("output"), size, size, false))
        .residual(residual(weights, size))
        .build();
  }

  private Mlp mlp(Weights weights, int size) {
    return Mlp.gated(
        norm(weights, "norm", size),
        Linear.fused(
            List.of(weights.at("gate"), weights.at("up")),
            size,
            List.of(intermediateSize, intermediateSize),
            false),
        activation,
        Linear.load(weights.at("down"), intermediateSize, size, false),
        residual(weights, size));
  }

  private Norm norm(Weights owner, String name, int size) {
    return Norm.rmsNorm(owner.at(name), size, epsilon);
  }

  private Residual residual(Weights owner, int size) {
    return Residual.gated(owner.getReshaped("residual_gate", gatePerFeature ? size : 1));
  }
}

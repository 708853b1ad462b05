package io.vlm4j.llm.t5;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens T5. */
public final class T5Provider implements LanguageModelProvider {
  /** Some checkpoints hold copies of the shared table, and a bias that no layer uses. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          shared.*                                                -> embedding.*
          encoder.embed_tokens.weight                             -> ignore
          decoder.embed_tokens.weight                             -> ignore
          encoder.block.0.layer.0.SelfAttention.relative_attention_bias.* -> encoder.positions.*
          decoder.block.0.layer.0.SelfAttention.relative_attention_bias.* -> decoder.positions.*
          decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight -> ignore
          encoder.block.{i}.layer.0.layer_norm.*                  -> encoder.layers.{i}.attention.norm.*
          encoder.block.{i}.layer.0.SelfAttention.q.*             -> encoder.layers.{i}.attention.query.*
          encoder.block.{i}.layer.0.SelfAttention.k.*             -> encoder.layers.{i}.attention.key.*
          encoder.block.{i}.layer.0.SelfAttention.v.*             -> encoder.layers.{i}.attention.value.*
          encoder.block.{i}.layer.0.SelfAttention.o.*             -> encoder.layers.{i}.attention.output.*
          encoder.block.{i}.layer.1.layer_norm.*                  -> encoder.layers.{i}.mlp.norm.*
          encoder.block.{i}.layer.1.DenseReluDense.wi.*           -> encoder.layers.{i}.mlp.up.*
          encoder.block.{i}.layer.1.DenseReluDense.wi_0.*         -> encoder.layers.{i}.mlp.gate.*
          encoder.block.{i}.layer.1.DenseReluDense.wi_1.*         -> encoder.layers.{i}.mlp.up.*
          encoder.block.{i}.layer.1.DenseReluDense.wo.*           -> encoder.layers.{i}.mlp.down.*
          encoder.final_layer_norm.*                              -> encoder.norm.*
          decoder.block.{i}.layer.0.layer_norm.*                  -> decoder.layers.{i}.attention.norm.*
          decoder.block.{i}.layer.0.SelfAttention.q.*             -> decoder.layers.{i}.attention.query.*
          decoder.block.{i}.layer.0.SelfAttention.k.*             -> decoder.layers.{i}.attention.key.*
          decoder.block.{i}.layer.0.SelfAttention.v.*             -> decoder.layers.{i}.attention.value.*
          decoder.block.{i}.layer.0.SelfAttention.o.*             -> decoder.layers.{i}.attention.output.*
          decoder.block.{i}.layer.1.layer_norm.*                  -> decoder.layers.{i}.cross_attention.norm.*
          decoder.block.{i}.layer.1.EncDecAttention.q.*           -> decoder.layers.{i}.cross_attention.query.*
          decoder.block.{i}.layer.1.EncDecAttention.k.*           -> decoder.layers.{i}.cross_attention.key.*
          decoder.block.{i}.layer.1.EncDecAttention.v.*           -> decoder.layers.{i}.cross_attention.value.*
          decoder.block.{i}.layer.1.EncDecAttention.o.*           -> decoder.layers.{i}.cross_attention.output.*
          decoder.block.{i}.layer.2.layer_norm.*                  -> decoder.layers.{i}.mlp.norm.*
          decoder.block.{i}.layer.2.DenseReluDense.wi.*           -> decoder.layers.{i}.mlp.up.*
          decoder.block.{i}.layer.2.DenseReluDense.wi_0.*         -> decoder.layers.{i}.mlp.gate.*
          decoder.block.{i}.layer.2.DenseReluDense.wi_1.*         -> decoder.layers.{i}.mlp.up.*
          decoder.block.{i}.layer.2.DenseReluDense.wo.*           -> decoder.layers.{i}.mlp.down.*
          decoder.final_layer_norm.*                              -> decoder.norm.*
          lm_head.*                                               -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("t5");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return T5Model.load(T5Config.of(config), weights.mapped(NAMES));
  }
}

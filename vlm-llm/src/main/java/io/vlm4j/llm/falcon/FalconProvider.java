package io.vlm4j.llm.falcon;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens Falcon. */
public final class FalconProvider implements LanguageModelProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          transformer.*                          -> *
          word_embeddings.*                      -> embedding.*
          h.{i}.input_layernorm.*                -> layers.{i}.attention.norm.*
          h.{i}.ln_attn.*                        -> layers.{i}.attention.norm.*
          h.{i}.self_attention.query_key_value.* -> layers.{i}.attention.query_key_value.*
          h.{i}.self_attention.dense.*           -> layers.{i}.attention.output.*
          h.{i}.self_attention.*.inv_freq        -> ignore
          rotary_emb.inv_freq                    -> ignore
          h.{i}.post_attention_layernorm.*       -> layers.{i}.mlp.norm.*
          h.{i}.ln_mlp.*                         -> layers.{i}.mlp.norm.*
          h.{i}.mlp.dense_h_to_4h.*              -> layers.{i}.mlp.up.*
          h.{i}.mlp.dense_4h_to_h.*              -> layers.{i}.mlp.down.*
          ln_f.*                                 -> norm.*
          lm_head.*                              -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("falcon", "RefinedWeb", "RefinedWebModel");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return FalconModel.load(FalconConfig.of(config), weights.mapped(NAMES));
  }
}

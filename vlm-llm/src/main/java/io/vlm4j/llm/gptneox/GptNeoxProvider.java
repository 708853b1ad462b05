package io.vlm4j.llm.gptneox;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens GPT-NeoX. */
public final class GptNeoxProvider implements LanguageModelProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          gpt_neox.*                                -> *
          embed_in.*                                -> embedding.*
          layers.{i}.input_layernorm.*              -> layers.{i}.attention.norm.*
          layers.{i}.attention.query_key_value.*    -> layers.{i}.attention.query_key_value.*
          layers.{i}.attention.dense.*              -> layers.{i}.attention.output.*
          layers.{i}.attention.bias                 -> ignore
          layers.{i}.attention.masked_bias          -> ignore
          layers.{i}.attention.rotary_emb.inv_freq  -> ignore
          rotary_emb.inv_freq                       -> ignore
          layers.{i}.post_attention_layernorm.*     -> layers.{i}.mlp.norm.*
          layers.{i}.mlp.dense_h_to_4h.*            -> layers.{i}.mlp.up.*
          layers.{i}.mlp.dense_4h_to_h.*            -> layers.{i}.mlp.down.*
          final_layer_norm.*                        -> norm.*
          embed_out.*                               -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return GptNeoxModel.load(GptNeoxConfig.of(config), weights.mapped(NAMES));
  }
}

package io.vlm4j.llm.opt;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens OPT. */
public final class OptProvider implements LanguageModelProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          model.decoder.*                      -> *
          decoder.*                            -> *
          embed_tokens.*                       -> embedding.*
          embed_positions.*                    -> positions.*
          project_in.*                         -> input.*
          project_out.*                        -> output.*
          layers.{i}.self_attn_layer_norm.*    -> layers.{i}.attention.norm.*
          layers.{i}.self_attn.q_proj.*        -> layers.{i}.attention.query.*
          layers.{i}.self_attn.k_proj.*        -> layers.{i}.attention.key.*
          layers.{i}.self_attn.v_proj.*        -> layers.{i}.attention.value.*
          layers.{i}.self_attn.out_proj.*      -> layers.{i}.attention.output.*
          layers.{i}.final_layer_norm.*        -> layers.{i}.mlp.norm.*
          layers.{i}.fc1.*                     -> layers.{i}.mlp.up.*
          layers.{i}.fc2.*                     -> layers.{i}.mlp.down.*
          final_layer_norm.*                   -> norm.*
          lm_head.*                            -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("opt");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return OptModel.load(OptConfig.of(config), weights.mapped(NAMES));
  }
}

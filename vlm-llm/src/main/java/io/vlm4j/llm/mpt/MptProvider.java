package io.vlm4j.llm.mpt;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens MPT. */
public final class MptProvider implements LanguageModelProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          transformer.*               -> *
          wte.*                       -> embedding.*
          wpe.*                       -> positions.*
          blocks.{i}.norm_1.*         -> layers.{i}.attention.norm.*
          blocks.{i}.ln_1.*           -> layers.{i}.attention.norm.*
          blocks.{i}.attn.Wqkv.*      -> layers.{i}.attention.query_key_value.*
          blocks.{i}.attn.q_ln.*      -> layers.{i}.attention.query_norm.*
          blocks.{i}.attn.k_ln.*      -> layers.{i}.attention.key_norm.*
          blocks.{i}.attn.out_proj.*  -> layers.{i}.attention.output.*
          blocks.{i}.norm_2.*         -> layers.{i}.mlp.norm.*
          blocks.{i}.ln_2.*           -> layers.{i}.mlp.norm.*
          blocks.{i}.ffn.up_proj.*    -> layers.{i}.mlp.up.*
          blocks.{i}.mlp.mlp_up.*     -> layers.{i}.mlp.up.*
          blocks.{i}.ffn.down_proj.*  -> layers.{i}.mlp.down.*
          blocks.{i}.mlp.mlp_down.*   -> layers.{i}.mlp.down.*
          norm_f.*                    -> norm.*
          ln_f.*                      -> norm.*
          lm_head.*                   -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("mpt", "mosaic_gpt");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return MptModel.load(MptConfig.of(config), weights.mapped(NAMES));
  }
}

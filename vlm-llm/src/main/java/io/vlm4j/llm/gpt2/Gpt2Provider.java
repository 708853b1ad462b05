package io.vlm4j.llm.gpt2;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens GPT-2. */
public final class Gpt2Provider implements LanguageModelProvider {
  /** Old checkpoints hold the causal mask as a buffer. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          transformer.*              -> *
          wte.*                      -> embedding.*
          wpe.*                      -> positions.*
          h.{i}.ln_1.*               -> layers.{i}.attention.norm.*
          h.{i}.attn.c_attn.*        -> layers.{i}.attention.query_key_value.*
          h.{i}.attn.c_proj.*        -> layers.{i}.attention.output.*
          h.{i}.attn.bias            -> ignore
          h.{i}.attn.masked_bias     -> ignore
          h.{i}.ln_cross_attn.*          -> layers.{i}.cross_attention.norm.*
          h.{i}.crossattention.q_attn.*  -> layers.{i}.cross_attention.query.*
          h.{i}.crossattention.c_attn.*  -> layers.{i}.cross_attention.key_value.*
          h.{i}.crossattention.c_proj.*  -> layers.{i}.cross_attention.output.*
          h.{i}.crossattention.bias      -> ignore
          h.{i}.crossattention.masked_bias -> ignore
          h.{i}.ln_2.*               -> layers.{i}.mlp.norm.*
          h.{i}.mlp.c_fc.*           -> layers.{i}.mlp.up.*
          h.{i}.mlp.c_proj.*         -> layers.{i}.mlp.down.*
          ln_f.*                     -> norm.*
          lm_head.*                  -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return Gpt2Model.load(Gpt2Config.of(config), weights.mapped(NAMES));
  }
}

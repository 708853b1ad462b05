package io.vlm4j.weights;

/** What GGUF files call the tensors of decoders, in the hub's names. */
public final class GgufNames {
  /** LLaMA, Mistral and Qwen2. {@link GgufConfig} reads rope_freqs. */
  public static final NameMap LLAMA =
      NameMap.parse(
          """
          token_embd.*               -> model.embed_tokens.*
          blk.{i}.attn_norm.*        -> model.layers.{i}.input_layernorm.*
          blk.{i}.attn_q.*           -> model.layers.{i}.self_attn.q_proj.*
          blk.{i}.attn_k.*           -> model.layers.{i}.self_attn.k_proj.*
          blk.{i}.attn_v.*           -> model.layers.{i}.self_attn.v_proj.*
          blk.{i}.attn_output.*      -> model.layers.{i}.self_attn.o_proj.*
          blk.{i}.ffn_norm.*         -> model.layers.{i}.post_attention_layernorm.*
          blk.{i}.ffn_gate.*         -> model.layers.{i}.mlp.gate_proj.*
          blk.{i}.ffn_up.*           -> model.layers.{i}.mlp.up_proj.*
          blk.{i}.ffn_down.*         -> model.layers.{i}.mlp.down_proj.*
          output_norm.*              -> model.norm.*
          output.*                   -> lm_head.*
          rope_freqs.weight          -> ignore
          """);

  private GgufNames() {}
}

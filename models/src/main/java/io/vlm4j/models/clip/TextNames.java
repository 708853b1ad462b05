package io.vlm4j.models.clip;

import io.vlm4j.weights.NameMap;

/** What checkpoints call the tensors of a text transformer. */
public final class TextNames {
  /** CLIP, SigLIP and OWL-ViT on the hub. */
  public static final NameMap HUB =
      NameMap.parse(
          """
          embeddings.token_embedding.*              -> words.*
          embeddings.position_embedding.*           -> positions.*
          embeddings.position_ids                   -> ignore
          encoder.layers.{i}.layer_norm1.*          -> layers.{i}.attention.norm.*
          encoder.layers.{i}.self_attn.q_proj.*     -> layers.{i}.attention.query.*
          encoder.layers.{i}.self_attn.k_proj.*     -> layers.{i}.attention.key.*
          encoder.layers.{i}.self_attn.v_proj.*     -> layers.{i}.attention.value.*
          encoder.layers.{i}.self_attn.out_proj.*   -> layers.{i}.attention.output.*
          encoder.layers.{i}.layer_norm2.*          -> layers.{i}.mlp.norm.*
          encoder.layers.{i}.mlp.fc1.*              -> layers.{i}.mlp.up.*
          encoder.layers.{i}.mlp.fc2.*              -> layers.{i}.mlp.down.*
          final_layer_norm.*                        -> norm.*
          """);

  /** OpenAI and open_clip. */
  static final NameMap OPEN_CLIP =
      NameMap.parse(
          """
          token_embedding.*                               -> words.*
          positional_embedding                            -> positions.weight
          transformer.resblocks.{i}.ln_1.*                -> layers.{i}.attention.norm.*
          transformer.resblocks.{i}.attn.in_proj_weight   -> layers.{i}.attention.packed.weight
          transformer.resblocks.{i}.attn.in_proj_bias     -> layers.{i}.attention.packed.bias
          transformer.resblocks.{i}.attn.out_proj.*       -> layers.{i}.attention.output.*
          transformer.resblocks.{i}.ln_2.*                -> layers.{i}.mlp.norm.*
          transformer.resblocks.{i}.mlp.c_fc.*            -> layers.{i}.mlp.up.*
          transformer.resblocks.{i}.mlp.c_proj.*          -> layers.{i}.mlp.down.*
          ln_final.*                                      -> norm.*
          """);

  private TextNames() {}
}

package io.vlm4j.encoders.vit;

import io.vlm4j.weights.NameMap;

/** What the hub calls the tensors. */
final class VitNames {
  static final NameMap VIT =
      NameMap.parse(
          """
          vit.*                                           -> *
          embeddings.cls_token                            -> embeddings.class_token
          embeddings.mask_token                           -> ignore
          embeddings.position_embeddings                  -> embeddings.positions
          embeddings.patch_embeddings.projection.*        -> embeddings.patch.*
          encoder.layer.{i}.layernorm_before.*            -> layers.{i}.attention.norm.*
          encoder.layer.{i}.attention.attention.query.*   -> layers.{i}.attention.query.*
          encoder.layer.{i}.attention.attention.key.*     -> layers.{i}.attention.key.*
          encoder.layer.{i}.attention.attention.value.*   -> layers.{i}.attention.value.*
          encoder.layer.{i}.attention.output.dense.*      -> layers.{i}.attention.output.*
          encoder.layer.{i}.layernorm_after.*             -> layers.{i}.mlp.norm.*
          encoder.layer.{i}.intermediate.dense.*          -> layers.{i}.mlp.up.*
          encoder.layer.{i}.output.dense.*                -> layers.{i}.mlp.down.*
          layernorm.*                                     -> norm.*
          pooler.*                                        -> ignore
          """);

  /** What the towers have in common that grew out of CLIP's. */
  private static final String TOWER =
      """
      vision_model.*                                  -> *
      embeddings.patch_embedding.*                    -> embeddings.patch.*
      encoder.layers.{i}.layer_norm1.*                -> layers.{i}.attention.norm.*
      encoder.layers.{i}.layer_norm2.*                -> layers.{i}.mlp.norm.*
      encoder.layers.{i}.mlp.fc1.*                    -> layers.{i}.mlp.up.*
      encoder.layers.{i}.mlp.fc2.*                    -> layers.{i}.mlp.down.*
      post_layernorm.*                                -> norm.*
      """;

  /** Positions as an embedding layer, and three layers for queries, keys and values. */
  private static final String SEPARATE =
      TOWER
          + """
          embeddings.position_ids                         -> ignore
          embeddings.position_embedding.weight            -> embeddings.positions
          encoder.layers.{i}.self_attn.q_proj.*           -> layers.{i}.attention.query.*
          encoder.layers.{i}.self_attn.k_proj.*           -> layers.{i}.attention.key.*
          encoder.layers.{i}.self_attn.v_proj.*           -> layers.{i}.attention.value.*
          encoder.layers.{i}.self_attn.out_proj.*         -> layers.{i}.attention.output.*
          """;

  static final NameMap CLIP =
      NameMap.parse(
          SEPARATE
              + """
              embeddings.class_embedding                      -> embeddings.class_token
              pre_layrnorm.*                                  -> pre_norm.*
              """);

  /** CLIP as OpenAI and open_clip name it, below {@code visual.} */
  static final NameMap OPEN_CLIP =
      NameMap.parse(
          """
          proj                                            -> ignore
          class_embedding                                 -> embeddings.class_token
          positional_embedding                            -> embeddings.positions
          conv1.weight                                    -> embeddings.patch.weight
          ln_pre.*                                        -> pre_norm.*
          transformer.resblocks.{i}.ln_1.*                -> layers.{i}.attention.norm.*
          transformer.resblocks.{i}.attn.in_proj_weight   -> layers.{i}.attention.query_key_value.weight
          transformer.resblocks.{i}.attn.in_proj_bias     -> layers.{i}.attention.query_key_value.bias
          transformer.resblocks.{i}.attn.out_proj.*       -> layers.{i}.attention.output.*
          transformer.resblocks.{i}.ln_2.*                -> layers.{i}.mlp.norm.*
          transformer.resblocks.{i}.mlp.c_fc.*            -> layers.{i}.mlp.up.*
          transformer.resblocks.{i}.mlp.c_proj.*          -> layers.{i}.mlp.down.*
          ln_post.*                                       -> norm.*
          """);

  static final NameMap SIGLIP =
      NameMap.parse(
          SEPARATE
              + """
              head.probe                                      -> head.probe
              head.attention.in_proj_weight                   -> head.attention.packed.weight
              head.attention.in_proj_bias                     -> head.attention.packed.bias
              head.attention.out_proj.*                       -> head.attention.output.*
              head.layernorm.*                                -> head.mlp.norm.*
              head.mlp.fc1.*                                  -> head.mlp.up.*
              head.mlp.fc2.*                                  -> head.mlp.down.*
              """);

  /** BLIP's tower, and EVA's as BLIP-2 has it; q_bias and v_bias are EVA's own spelling. */
  static final NameMap BLIP =
      NameMap.parse(
          TOWER
              + """
              embeddings.class_embedding                      -> embeddings.class_token
              embeddings.position_embedding                   -> embeddings.positions
              encoder.layers.{i}.self_attn.qkv.*              -> layers.{i}.attention.query_key_value.*
              encoder.layers.{i}.self_attn.q_bias             -> layers.{i}.attention.query.bias
              encoder.layers.{i}.self_attn.v_bias             -> layers.{i}.attention.value.bias
              encoder.layers.{i}.self_attn.projection.*       -> layers.{i}.attention.output.*
              """);

  static final NameMap DINOV2 =
      NameMap.parse(
          """
          dinov2.*                                        -> *
          embeddings.cls_token                            -> embeddings.class_token
          embeddings.mask_token                           -> ignore
          embeddings.position_embeddings                  -> embeddings.positions
          embeddings.patch_embeddings.projection.*        -> embeddings.patch.*
          encoder.layer.{i}.norm1.*                       -> layers.{i}.attention.norm.*
          encoder.layer.{i}.attention.attention.query.*   -> layers.{i}.attention.query.*
          encoder.layer.{i}.attention.attention.key.*     -> layers.{i}.attention.key.*
          encoder.layer.{i}.attention.attention.value.*   -> layers.{i}.attention.value.*
          encoder.layer.{i}.attention.output.dense.*      -> layers.{i}.attention.output.*
          encoder.layer.{i}.layer_scale1.lambda1          -> layers.{i}.attention.scale
          encoder.layer.{i}.norm2.*                       -> layers.{i}.mlp.norm.*
          encoder.layer.{i}.mlp.fc1.*                     -> layers.{i}.mlp.up.*
          encoder.layer.{i}.mlp.fc2.*                     -> layers.{i}.mlp.down.*
          encoder.layer.{i}.mlp.weights_in.*              -> layers.{i}.mlp.up.*
          encoder.layer.{i}.mlp.weights_out.*             -> layers.{i}.mlp.down.*
          encoder.layer.{i}.layer_scale2.lambda1          -> layers.{i}.mlp.scale
          layernorm.*                                     -> norm.*
          """);

  private VitNames() {}
}

package io.vlm4j.models.imagebind;

import io.vlm4j.weights.NameMap;

/** What checkpoints call their tensors. */
final class ImageBindNames {
  /** The whole model; of its transformers the names go on in {@link #TRUNK}. */
  static final NameMap MODEL =
      NameMap.parse(
          """
          modality_preprocessors.vision.cls_token                      -> vision.class_token
          modality_preprocessors.vision.pos_embedding_helper.pos_embed -> vision.positions
          modality_preprocessors.vision.rgbt_stem.proj.1.weight        -> vision.stem.weight
          modality_trunks.vision.*                                     -> vision.trunk.*
          modality_heads.vision.0.*                                    -> vision.head.norm.*
          modality_heads.vision.2.*                                    -> vision.head.projection.*
          modality_preprocessors.text.token_embedding.*                -> text.words.*
          modality_preprocessors.text.pos_embed                        -> text.positions
          modality_preprocessors.text.mask                             -> ignore
          modality_trunks.text.*                                       -> text.trunk.*
          modality_heads.text.proj.0.*                                 -> text.head.norm.*
          modality_heads.text.proj.1.*                                 -> text.head.projection.*
          modality_postprocessors.text.1.log_logit_scale               -> text.log_scale
          modality_preprocessors.audio.cls_token                       -> audio.class_token
          modality_preprocessors.audio.pos_embedding_helper.pos_embed  -> audio.positions
          modality_preprocessors.audio.rgbt_stem.proj.weight           -> audio.stem.weight
          modality_preprocessors.audio.rgbt_stem.norm_layer.*          -> audio.stem.norm.*
          modality_trunks.audio.*                                      -> audio.trunk.*
          modality_heads.audio.0.*                                     -> audio.head.norm.*
          modality_heads.audio.2.*                                     -> audio.head.projection.*
          modality_postprocessors.audio.1.log_logit_scale              -> audio.log_scale
          modality_preprocessors.depth.*                               -> ignore
          modality_trunks.depth.*                                      -> ignore
          modality_heads.depth.*                                       -> ignore
          modality_postprocessors.depth.*                              -> ignore
          modality_preprocessors.thermal.*                             -> ignore
          modality_trunks.thermal.*                                    -> ignore
          modality_heads.thermal.*                                     -> ignore
          modality_postprocessors.thermal.*                            -> ignore
          modality_preprocessors.imu.*                                 -> ignore
          modality_trunks.imu.*                                        -> ignore
          modality_heads.imu.*                                         -> ignore
          modality_postprocessors.imu.*                                -> ignore
          """);

  /** A transformer. */
  static final NameMap TRUNK =
      NameMap.parse(
          """
          pre_transformer_layer.0.*        -> pre_norm.*
          blocks.{i}.norm_1.*              -> layers.{i}.attention.norm.*
          blocks.{i}.attn.in_proj_weight   -> layers.{i}.attention.query_key_value.weight
          blocks.{i}.attn.in_proj_bias     -> layers.{i}.attention.query_key_value.bias
          blocks.{i}.attn.bias_k           -> layers.{i}.attention.extra_key
          blocks.{i}.attn.bias_v           -> layers.{i}.attention.extra_value
          blocks.{i}.attn.out_proj.*       -> layers.{i}.attention.output.*
          blocks.{i}.norm_2.*              -> layers.{i}.mlp.norm.*
          blocks.{i}.mlp.fc1.*             -> layers.{i}.mlp.up.*
          blocks.{i}.mlp.fc2.*             -> layers.{i}.mlp.down.*
          """);

  private ImageBindNames() {}
}

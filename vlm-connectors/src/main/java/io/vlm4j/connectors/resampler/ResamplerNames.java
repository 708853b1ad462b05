package io.vlm4j.connectors.resampler;

import io.vlm4j.weights.NameMap;

/** What checkpoints call the tensors. */
final class ResamplerNames {
  /** OpenFlamingo, and IDEFICS after it. */
  static final NameMap ALL =
      NameMap.parse(
          """
          latents                              -> latents
          frame_embs                           -> frame_embeddings
          media_time_embs                      -> media_embeddings
          layers.{i}.0.norm_media.*            -> layers.{i}.attention.feature_norm.*
          layers.{i}.0.norm_latents.*          -> layers.{i}.attention.latent_norm.*
          layers.{i}.0.to_q.*                  -> layers.{i}.attention.query.*
          layers.{i}.0.to_kv.*                 -> layers.{i}.attention.key_value.*
          layers.{i}.0.q_norm.*                -> layers.{i}.attention.query_norm.*
          layers.{i}.0.k_norm.*                -> layers.{i}.attention.key_norm.*
          layers.{i}.0.to_out.*                -> layers.{i}.attention.output.*
          layers.{i}.1.0.*                     -> layers.{i}.mlp.norm.*
          layers.{i}.1.1.*                     -> layers.{i}.mlp.up.*
          layers.{i}.1.3.*                     -> layers.{i}.mlp.down.*
          norm.*                               -> norm.*
          projection.*                         -> projection.*
          blocks.{i}.0.context_layer_norm.*    -> layers.{i}.attention.feature_norm.*
          blocks.{i}.0.latents_layer_norm.*    -> layers.{i}.attention.latent_norm.*
          blocks.{i}.0.q_proj.*                -> layers.{i}.attention.query.*
          blocks.{i}.0.k_proj.*                -> layers.{i}.attention.key.*
          blocks.{i}.0.v_proj.*                -> layers.{i}.attention.value.*
          blocks.{i}.0.q_layer_norm.*          -> layers.{i}.attention.query_norm.*
          blocks.{i}.0.k_layer_norm.*          -> layers.{i}.attention.key_norm.*
          blocks.{i}.0.output_proj.*           -> layers.{i}.attention.output.*
          blocks.{i}.1.ln.*                    -> layers.{i}.mlp.norm.*
          blocks.{i}.1.fc.*                    -> layers.{i}.mlp.up.*
          blocks.{i}.1.c_proj.*                -> layers.{i}.mlp.down.*
          layer_norm.*                         -> norm.*
          """);

  private ResamplerNames() {}
}

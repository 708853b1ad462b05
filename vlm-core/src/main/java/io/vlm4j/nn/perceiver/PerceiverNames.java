package io.vlm4j.nn.perceiver;

import io.vlm4j.weights.NameMap;

/** What the hub's checkpoints call the tensors. */
public final class PerceiverNames {
  /** A whole checkpoint; its classifier is read by whoever has a use for it. */
  public static final NameMap HUB =
      NameMap.parse(
          """
          embedding_decoder.bias                                           -> output.bias
          perceiver.*                                                      -> *
          input_preprocessor.embeddings.weight                             -> words.weight
          input_preprocessor.position_embeddings.weight                    -> positions.weight
          input_preprocessor.position_embeddings.position_embeddings       -> positions.table
          input_preprocessor.positions_projection.*                        -> positions.projection.*
          input_preprocessor.convnet_1x1.*                                 -> convolution.*
          input_preprocessor.convnet.conv.weight                           -> convolution.weight
          input_preprocessor.convnet.batchnorm.num_batches_tracked         -> ignore
          input_preprocessor.convnet.batchnorm.*                           -> convolution.norm.*
          embeddings.latents                                               -> encoder.latents
          encoder.cross_attention.*                                        -> encoder.cross_attention.*
          encoder.self_attends.{i}.*                                       -> encoder.self_attends.{i}.*
          decoder.decoder.output_position_encodings.position_embeddings    -> decoder.queries
          decoder.decoder.decoding_cross_attention.*                       -> decoder.cross_attention.*
          decoder.decoder.final_layer.*                                    -> ignore
          decoder.output_position_encodings.position_embeddings            -> decoder.queries
          decoder.decoding_cross_attention.*                               -> decoder.cross_attention.*
          """);

  /** One attention and the feed-forward after it. */
  static final NameMap LAYER =
      NameMap.parse(
          """
          attention.self.layernorm1.*    -> norm.*
          attention.self.layernorm2.*    -> context_norm.*
          attention.self.*               -> *
          attention.output.dense.*       -> output.*
          layernorm.*                    -> mlp.norm.*
          mlp.dense1.*                   -> mlp.up.*
          mlp.dense2.*                   -> mlp.down.*
          query.*                        -> query.*
          key.*                          -> key.*
          value.*                        -> value.*
          """);

  private PerceiverNames() {}
}

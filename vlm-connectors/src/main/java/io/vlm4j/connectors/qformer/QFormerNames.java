package io.vlm4j.connectors.qformer;

import io.vlm4j.weights.NameMap;

/**
 * What the hub calls the tensors. InstructBLIP has the words inside the Q-Former, BLIP-2 beside it.
 */
final class QFormerNames {
  private static final String QUERIES =
      """
      query_tokens                                         -> queries
      qformer.layernorm.*                                  -> norm.*
      qformer.embeddings.layernorm.*                       -> norm.*
      qformer.encoder.layer.{i}.attention.attention.*      -> layers.{i}.attention.*
      qformer.encoder.layer.{i}.attention.output.dense.*   -> layers.{i}.attention.output.*
      qformer.encoder.layer.{i}.attention.output.LayerNorm.* -> layers.{i}.attention.norm.*
      qformer.encoder.layer.{i}.crossattention.attention.* -> layers.{i}.cross_attention.*
      qformer.encoder.layer.{i}.crossattention.output.dense.* -> layers.{i}.cross_attention.output.*
      qformer.encoder.layer.{i}.crossattention.output.LayerNorm.* -> layers.{i}.cross_attention.norm.*
      qformer.encoder.layer.{i}.intermediate_query.dense.* -> layers.{i}.query_mlp.up.*
      qformer.encoder.layer.{i}.output_query.dense.*       -> layers.{i}.query_mlp.down.*
      qformer.encoder.layer.{i}.output_query.LayerNorm.*   -> layers.{i}.query_mlp.norm.*
      """;

  private static final NameMap WITH_TEXT =
      NameMap.parse(
          QUERIES
              + """
              embeddings.word_embeddings.*                         -> words.*
              embeddings.position_embeddings.*                     -> positions.*
              embeddings.position_ids                              -> ignore
              qformer.embeddings.word_embeddings.*                 -> words.*
              qformer.embeddings.position_embeddings.*             -> positions.*
              qformer.embeddings.position_ids                      -> ignore
              qformer.encoder.layer.{i}.intermediate.dense.*       -> layers.{i}.text_mlp.up.*
              qformer.encoder.layer.{i}.output.dense.*             -> layers.{i}.text_mlp.down.*
              qformer.encoder.layer.{i}.output.LayerNorm.*         -> layers.{i}.text_mlp.norm.*
              """);

  /**
   * Checkpoints that are configured for text hold its feed-forwards, even if they have no words.
   */
  private static final NameMap WITHOUT_TEXT =
      NameMap.parse(
          QUERIES
              + """
              qformer.encoder.layer.{i}.intermediate.*             -> ignore
              qformer.encoder.layer.{i}.output.*                   -> ignore
              """);

  private QFormerNames() {}

  static NameMap of(QFormerConfig config) {
    return config.readsText() ? WITH_TEXT : WITHOUT_TEXT;
  }
}

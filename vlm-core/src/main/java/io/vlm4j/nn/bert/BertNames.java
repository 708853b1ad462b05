package io.vlm4j.nn.bert;

import io.vlm4j.weights.NameMap;

/** What BLIP's checkpoints call the tensors. */
public final class BertNames {
  /** The names of BLIP. */
  public static final NameMap BLIP =
      NameMap.parse(
          """
          bert.*                                           -> *
          embeddings.word_embeddings.*                     -> words.*
          embeddings.position_embeddings.*                 -> positions.*
          embeddings.position_ids                          -> ignore
          embeddings.LayerNorm.*                           -> norm.*
          encoder.layer.{i}.attention.self.*               -> layers.{i}.attention.*
          encoder.layer.{i}.attention.output.dense.*       -> layers.{i}.attention.output.*
          encoder.layer.{i}.attention.output.LayerNorm.*   -> layers.{i}.attention.norm.*
          encoder.layer.{i}.crossattention.self.*          -> layers.{i}.cross_attention.*
          encoder.layer.{i}.crossattention.output.dense.*  -> layers.{i}.cross_attention.output.*
          encoder.layer.{i}.crossattention.output.LayerNorm.* -> layers.{i}.cross_attention.norm.*
          encoder.layer.{i}.intermediate.dense.*           -> layers.{i}.mlp.up.*
          encoder.layer.{i}.output.dense.*                 -> layers.{i}.mlp.down.*
          encoder.layer.{i}.output.LayerNorm.*             -> layers.{i}.mlp.norm.*
          cls.predictions.transform.dense.*                -> head.transform.*
          cls.predictions.transform.LayerNorm.*            -> head.norm.*
          cls.predictions.decoder.weight                   -> head.weight
          cls.predictions.decoder.bias                     -> ignore
          cls.predictions.bias                             -> head.bias
          """);

  private BertNames() {}
}

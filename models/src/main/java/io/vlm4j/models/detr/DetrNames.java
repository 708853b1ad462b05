package io.vlm4j.models.detr;

import io.vlm4j.weights.NameMap;

/** The hub's tensor names; those of the panoptic models' masks are not read. */
final class DetrNames {
  static final NameMap HUB =
      NameMap.parse(
          """
          mask_head.*                                      -> ignore
          bbox_attention.*                                 -> ignore
          *.num_batches_tracked                            -> ignore
          detr.*                                           -> *
          class_labels_classifier.*                        -> classes.*
          bbox_predictor.layers.{i}.*                      -> boxes.{i}.*
          model.backbone.conv_encoder.model.*              -> backbone.*
          model.backbone.position_embedding.row_embeddings.weight    -> positions.rows
          model.backbone.position_embedding.column_embeddings.weight -> positions.columns
          model.input_projection.*                         -> projection.*
          model.query_position_embeddings.weight           -> queries
          """
              + layers("encoder")
              + layers("decoder"));

  private DetrNames() {}

  private static String layers(String part) {
    return """
        model.PART.layers.{i}.self_attn.q_proj.*           -> PART.{i}.self.query.*
        model.PART.layers.{i}.self_attn.k_proj.*           -> PART.{i}.self.key.*
        model.PART.layers.{i}.self_attn.v_proj.*           -> PART.{i}.self.value.*
        model.PART.layers.{i}.self_attn.out_proj.*         -> PART.{i}.self.output.*
        model.PART.layers.{i}.self_attn_layer_norm.*       -> PART.{i}.self.norm.*
        model.PART.layers.{i}.encoder_attn.q_proj.*        -> PART.{i}.cross.query.*
        model.PART.layers.{i}.encoder_attn.k_proj.*        -> PART.{i}.cross.key.*
        model.PART.layers.{i}.encoder_attn.v_proj.*        -> PART.{i}.cross.value.*
        model.PART.layers.{i}.encoder_attn.out_proj.*      -> PART.{i}.cross.output.*
        model.PART.layers.{i}.encoder_attn_layer_norm.*    -> PART.{i}.cross.norm.*
        model.PART.layers.{i}.fc1.*                        -> PART.{i}.mlp.up.*
        model.PART.layers.{i}.fc2.*                        -> PART.{i}.mlp.down.*
        model.PART.layers.{i}.final_layer_norm.*           -> PART.{i}.mlp.norm.*
        model.PART.layernorm.*                             -> PART.norm.*
        """
        .replace("PART", part);
  }
}

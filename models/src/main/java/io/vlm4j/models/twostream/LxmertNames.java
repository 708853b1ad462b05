package io.vlm4j.models.twostream;

import io.vlm4j.weights.NameMap;

/** What LXMERT's checkpoints call the tensors. */
final class LxmertNames {
  static final NameMap NAMES =
      NameMap.parse(
          "lxmert.* -> *\n"
              + BlockNames.TEXT
              + """
              embeddings.LayerNorm.*            -> text.norm.*
              encoder.visn_fc.visn_fc.*         -> regions.features.*
              encoder.visn_fc.visn_layer_norm.* -> regions.features_norm.*
              encoder.visn_fc.box_fc.*          -> regions.boxes.*
              encoder.visn_fc.box_layer_norm.*  -> regions.boxes_norm.*
              """
              + BlockNames.block("encoder.layer.{i}", "text.layers.{i}")
              + BlockNames.block("encoder.r_layers.{i}", "regions.layers.{i}")
              + """
              encoder.x_layers.{i}.visual_attention.att.*              -> cross.{i}.attention.*
              encoder.x_layers.{i}.visual_attention.output.dense.*     -> cross.{i}.attention.output.*
              encoder.x_layers.{i}.visual_attention.output.LayerNorm.* -> cross.{i}.attention.norm.*
              """
              + side("lang", "text")
              + side("visn", "regions")
              + BlockNames.WORDS
              + """
              pooler.dense.*                         -> pooler.*
              answer_head.logit_fc.0.*               -> answers.up.*
              answer_head.logit_fc.2.*               -> answers.norm.*
              answer_head.logit_fc.3.*               -> answers.down.*
              cls.seq_relationship.*                 -> alignment.*
              obj_predict_head.transform.dense.*     -> objects.transform.*
              obj_predict_head.transform.LayerNorm.* -> objects.norm.*
              obj_predict_head.decoder_dict.*        -> objects.*
              """);

  private LxmertNames() {}

  private static String side(String from, String to) {
    String layer = "encoder.x_layers.{i}." + from;
    String ours = "cross.{i}." + to;
    return BlockNames.attention(layer + "_self_att", ours + ".attention")
        + BlockNames.mlp(layer + "_inter", layer + "_output", ours + ".mlp");
  }
}

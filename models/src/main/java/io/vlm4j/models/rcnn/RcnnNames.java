package io.vlm4j.models.rcnn;

import io.vlm4j.weights.NameMap;

/** torchvision's tensor names, of state dicts before and after version 2 of its modules. */
final class RcnnNames {
  static final NameMap TORCHVISION =
      NameMap.parse(
          """
          *.num_batches_tracked                       -> ignore
          backbone.body.*                             -> body.*
          backbone.fpn.inner_blocks.{i}.0.*           -> fpn.inner.{i}.*
          backbone.fpn.inner_blocks.{i}.1.*           -> fpn.inner.{i}.norm.*
          backbone.fpn.inner_blocks.{i}.*             -> fpn.inner.{i}.*
          backbone.fpn.layer_blocks.{i}.0.*           -> fpn.layer.{i}.*
          backbone.fpn.layer_blocks.{i}.1.*           -> fpn.layer.{i}.norm.*
          backbone.fpn.layer_blocks.{i}.*             -> fpn.layer.{i}.*
          backbone.fpn.extra_blocks.*                 -> fpn.extra.*
          rpn.head.conv.{i}.0.*                       -> rpn.conv.{i}.*
          rpn.head.conv.weight                        -> rpn.conv.0.weight
          rpn.head.conv.bias                          -> rpn.conv.0.bias
          rpn.head.*                                  -> rpn.*
          roi_heads.box_head.{i}.0.*                  -> box_head.conv.{i}.*
          roi_heads.box_head.{i}.1.*                  -> box_head.conv.{i}.norm.*
          roi_heads.box_head.{i}.*                    -> box_head.linear.{i}.*
          roi_heads.box_head.fc{i}.*                  -> box_head.linear.{i}.*
          roi_heads.box_predictor.*                   -> box_predictor.*
          roi_heads.mask_head.{i}.0.*                 -> mask_head.{i}.*
          roi_heads.mask_head.{i}.1.*                 -> mask_head.{i}.norm.*
          roi_heads.mask_head.mask_fcn{i}.*           -> mask_head.{i}.*
          roi_heads.mask_predictor.conv5_mask.*       -> mask_predictor.upscale.*
          roi_heads.mask_predictor.mask_fcn_logits.*  -> mask_predictor.logits.*
          """);

  private RcnnNames() {}
}

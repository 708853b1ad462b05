package io.vlm4j.encoders.resnet;

import io.vlm4j.weights.NameMap;

/** What checkpoints call the tensors of residual networks. */
public final class ResNetNames {
  static final NameMap HUB =
      NameMap.parse(
          """
          *.num_batches_tracked                                        -> ignore
          classifier.*                                                 -> ignore
          resnet.*                                                     -> *
          embedder.embedder.convolution.weight                         -> stem.0.weight
          embedder.embedder.normalization.*                            -> stem.0.norm.*
          encoder.stages.{s}.layers.{b}.layer.{c}.convolution.weight   -> stages.{s}.blocks.{b}.conv.{c}.weight
          encoder.stages.{s}.layers.{b}.layer.{c}.normalization.*      -> stages.{s}.blocks.{b}.conv.{c}.norm.*
          encoder.stages.{s}.layers.{b}.shortcut.convolution.weight    -> stages.{s}.blocks.{b}.shortcut.weight
          encoder.stages.{s}.layers.{b}.shortcut.normalization.*       -> stages.{s}.blocks.{b}.shortcut.norm.*
          """);

  /** Names of torchvision, which timm and CLIP share. */
  private static final String BLOCKS =
      """
      *.num_batches_tracked              -> ignore
      fc.*                               -> ignore
      layer{s}.{b}.conv{c}.weight        -> stages.{s}.blocks.{b}.conv.{c}.weight
      layer{s}.{b}.bn{c}.*               -> stages.{s}.blocks.{b}.conv.{c}.norm.*
      """;

  private static final String STEM =
      """
      conv{c}.weight                     -> stem.{c}.weight
      bn{c}.*                            -> stem.{c}.norm.*
      """;

  private static final String DEEP_STEM =
      """
      conv1.0.weight                     -> stem.1.weight
      conv1.1.*                          -> stem.1.norm.*
      conv1.3.weight                     -> stem.2.weight
      conv1.4.*                          -> stem.2.norm.*
      conv1.6.weight                     -> stem.3.weight
      bn1.*                              -> stem.3.norm.*
      """;

  private static final String SHORTCUT =
      """
      layer{s}.{b}.downsample.0.weight   -> stages.{s}.blocks.{b}.shortcut.weight
      layer{s}.{b}.downsample.1.*        -> stages.{s}.blocks.{b}.shortcut.norm.*
      """;

  private static final String SHORTCUT_AFTER_POOLING =
      """
      layer{s}.{b}.downsample.1.weight   -> stages.{s}.blocks.{b}.shortcut.weight
      layer{s}.{b}.downsample.2.*        -> stages.{s}.blocks.{b}.shortcut.norm.*
      """;

  /** The visual side of CLIP. */
  public static final NameMap CLIP =
      NameMap.parse(BLOCKS + STEM + SHORTCUT + "attnpool.* -> attention_pool.*");

  private ResNetNames() {}

  static NameMap timm(boolean deepStem, boolean averagedShortcut) {
    return NameMap.parse(
        BLOCKS
            + (deepStem ? DEEP_STEM : STEM)
            + (averagedShortcut ? SHORTCUT_AFTER_POOLING : SHORTCUT));
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.detect.Regions;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.bert.BertBlock;
import io.vlm4j.nn.bert.BertEmbeddings;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** LXMERT: blocks of the text, blocks of the regions, then blocks in which each sees the other. */
final class LxmertEncoder implements TwoStreamEncoder {
  private final LxmertConfig config;
  private final Device device;
  private final BertEmbeddings words;
  private final Norm wordNorm;
  private final Linear features;
  private final Norm featureNorm;
  private final Linear boxes;
  private final Norm boxNorm;
  private final List<BertBlock> textBlocks;
  private final List<BertBlock> regionBlocks;
  private final List<CrossBlock> crossBlocks;
  private final Linear pooler;

  LxmertEncoder(LxmertConfig config, Weights weights) {
    int size = config.hiddenSize();
    Weights text = weights.at("text");
    Weights regions = weights.at("regions");
    this.config = config;
    this.device = weights.placement().device();
    this.words =
        BertEmbeddings.load(
            text, config.vocabularySize(), config.maxPositions(), config.segments(), size);
    this.wordNorm = norm(text.at("norm"));
    this.features = Heads.linear(regions.at("features"), config.featureSize(), size);
    this.featureNorm = norm(regions.at("features_norm"));
    this.boxes = Heads.linear(regions.at("boxes"), config.locationSize(), size);
    this.boxNorm = norm(regions.at("boxes_norm"));
    this.textBlocks = blocks(text, config.textLayers());
    this.regionBlocks = blocks(regions, config.regionLayers());
    this.crossBlocks =
        IntStream.range(0, config.crossLayers())
            .mapToObj(i -> crossBlock(weights.at("cross", i)))
            .toList();
    this.pooler = Heads.linear(weights.at("pooler"), size, size);
  }

  /** The table of the words, which the head of the masked words shares. */
  Tensor wordTable() {
    return words.wordTable();
  }

  @Override
  public RegionInputs prepare(Regions regions) {
    RegionInputs.requireLocationSize(4, config.locationSize());
    return RegionInputs.of(
        regions.features().view(1, regions.count(), -1),
        Optional.of(RegionInputs.relativeBoxes(regions)),
        0);
  }

  @Override
  public Streams encode(TextTokens tokens, RegionInputs inputs) {
    record(tokens, inputs);
    try (TensorScope scope = TensorScope.open()) {
      Tensor textMask = MaskBias.of(tokens.mask(), MaskBias.LOWEST, device);
      Tensor regionMask = MaskBias.of(inputs.mask(), MaskBias.LOWEST, device);
      Tensor text = wordNorm.forward(words.forward(tokens.ids(), tokens.segments()));
      Tensor regions = embed(inputs);
      for (BertBlock block : textBlocks) {
        text = block.forward(text, textMask);
      }
      for (BertBlock block : regionBlocks) {
        regions = block.forward(regions, regionMask);
      }
      for (CrossBlock block : crossBlocks) {
        // Both directions share their weights, and look at the other as it was before.
        Tensor textSeen = block.attention.forward(text, regions, regionMask);
        Tensor regionsSeen = block.attention.forward(regions, text, textMask);
        text = block.text.forward(textSeen, textMask);
        regions = block.regions.forward(regionsSeen, regionMask);
      }
      Tensor pooled = Activation.TANH.forward(pooler.forward(text.narrow(1, 0, 1))).view(1, -1);
      record(text, regions, pooled);
      return new Streams(scope.keep(text), scope.keep(regions), scope.keep(pooled), tokens, inputs);
    }
  }

  /** What a region shows and where it is, each normalised, count equally. */
  private Tensor embed(RegionInputs inputs) {
    Tensor location = RegionInputs.locations(inputs, config.locationSize()).to(device);
    Tensor shown = featureNorm.forward(features.forward(inputs.features().to(device)));
    return shown.add(boxNorm.forward(boxes.forward(location))).mul(0.5);
  }

  private Norm norm(Weights weights) {
    return Norm.layerNorm(weights, config.hiddenSize(), LxmertConfig.EPSILON);
  }

  private List<BertBlock> blocks(Weights stream, int count) {
    return IntStream.range(0, count).mapToObj(i -> block(stream.at("layers", i))).toList();
  }

  private BertBlock block(Weights block) {
    return BertBlock.load(config.layers(), block, config.intermediateSize(), config.activation());
  }

  private CrossBlock crossBlock(Weights block) {
    return new CrossBlock(
        config.layers().crossAttention(block.at("attention"), config.hiddenSize()),
        block(block.at("text")),
        block(block.at("regions")));
  }

  private static void record(TextTokens tokens, RegionInputs inputs) {
    tokens.record();
    inputs.record("visual_feats", "visual_pos");
  }

  private static void record(Tensor text, Tensor regions, Tensor pooled) {
    Trace.record("language_output", () -> text.view(text.size(1), -1));
    Trace.record("vision_output", () -> regions.view(regions.size(1), -1));
    Trace.record("pooled_output", () -> pooled.view(-1));
  }

  /** Text and regions look at each other, then each at itself. */
  private record CrossBlock(CrossAttention attention, BertBlock text, BertBlock regions) {}
}

package io.vlm4j.models.twostream;

import io.vlm4j.detect.Regions;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Embedding;
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

/** VisualBERT: a BERT that reads the text and then the regions, which it takes for more tokens. */
final class VisualBertEncoder implements TwoStreamEncoder {
  private final VisualBertConfig config;
  private final Device device;
  private final BertEmbeddings words;
  private final Linear features;
  private final Embedding regionSegments;

  /** All regions are at the first place; where they are in the image the model is not told. */
  private final Tensor regionPosition;

  private final Norm norm;
  private final List<BertBlock> blocks;
  private final Optional<BertBlock> joining;
  private final Linear pooler;

  VisualBertEncoder(VisualBertConfig config, Weights weights) {
    int size = config.hiddenSize();
    Weights regions = weights.at("regions");
    this.config = config;
    this.device = weights.placement().device();
    this.words =
        BertEmbeddings.load(
            weights.at("text"),
            config.vocabularySize(),
            config.maxPositions(),
            config.segments(),
            size);
    this.features = Heads.linear(regions.at("features"), config.featureSize(), size);
    this.regionSegments = Embedding.load(regions.at("segments"), config.segments(), size);
    this.regionPosition =
        regions.at("positions").getFloat("weight", config.maxPositions(), size).narrow(0, 0, 1);
    this.norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
    this.blocks =
        IntStream.range(0, config.layers()).mapToObj(i -> block(weights.at("layers", i))).toList();
    this.joining = config.bypass() ? Optional.of(block(weights.at("joining"))) : Optional.empty();
    this.pooler = Heads.linear(weights.at("pooler"), size, size);
  }

  /** The table of the words, which the head of the masked words shares. */
  Tensor wordTable() {
    return words.wordTable();
  }

  @Override
  public RegionInputs prepare(Regions regions) {
    return RegionInputs.of(regions.features().view(1, regions.count(), -1), Optional.empty(), 1);
  }

  @Override
  public Streams encode(TextTokens tokens, RegionInputs inputs) {
    record(tokens, inputs);
    try (TensorScope scope = TensorScope.open()) {
      int textLength = tokens.length();
      Tensor embedded =
          norm.forward(
              Tensor.cat(1, words.forward(tokens.ids(), tokens.segments()), embed(inputs)));
      Tensor mask = MaskBias.of(joined(tokens.mask(), inputs.mask()), MaskBias.LOWEST, device);
      Tensor hidden =
          joining.isPresent()
              ? joinedAtLast(joining.get(), embedded, tokens, mask)
              : through(embedded, mask);
      Tensor pooled = Activation.TANH.forward(pooler.forward(hidden.narrow(1, 0, 1))).view(1, -1);
      Trace.record("last_hidden_state", () -> hidden.view(hidden.size(1), -1));
      Trace.record("pooled_output", () -> pooled.view(-1));
      return new Streams(
          scope.keep(hidden.narrow(1, 0, textLength)),
          scope.keep(hidden.narrow(1, textLength, inputs.count())),
          scope.keep(pooled),
          tokens,
          inputs);
    }
  }

  private Tensor through(Tensor embedded, Tensor mask) {
    Tensor hidden = embedded;
    for (BertBlock block : blocks) {
      hidden = block.forward(hidden, mask);
    }
    return hidden;
  }

  /** The blocks read the text alone; the last one sees the regions too, as they were embedded. */
  private Tensor joinedAtLast(BertBlock last, Tensor embedded, TextTokens tokens, Tensor mask) {
    int textLength = tokens.length();
    Tensor textMask = MaskBias.of(tokens.mask(), MaskBias.LOWEST, device);
    Tensor text = through(embedded.narrow(1, 0, textLength), textMask);
    Tensor regions = embedded.narrow(1, textLength, (long) embedded.size(1) - textLength);
    return last.forward(Tensor.cat(1, text, regions), mask);
  }

  private Tensor embed(RegionInputs inputs) {
    return features
        .forward(inputs.features().to(device))
        .add(regionSegments.forward(inputs.segments()))
        .add(regionPosition);
  }

  private BertBlock block(Weights block) {
    return BertBlock.load(
        config.postNormLayers(), block, config.intermediateSize(), config.activation());
  }

  private static float[] joined(float[] text, float[] regions) {
    float[] both = new float[text.length + regions.length];
    System.arraycopy(text, 0, both, 0, text.length);
    System.arraycopy(regions, 0, both, text.length, regions.length);
    return both;
  }

  private static void record(TextTokens tokens, RegionInputs inputs) {
    tokens.record();
    inputs.record("visual_embeds", "visual_pos");
    Trace.record("visual_token_type_ids", TextTokens.asLongs(inputs.segments()), 1, inputs.count());
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.detect.Regions;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.bert.BertBlock;
import io.vlm4j.nn.bert.BertEmbeddings;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** ViLBERT: two streams of different widths and depths, which meet in co-attention blocks. */
final class VilbertEncoder implements TwoStreamEncoder {
  /** What the reference adds to the scores of padding. */
  static final double PADDING = -10000;

  /** Edges and area, as shares of the image. */
  private static final int LOCATION_SIZE = 5;

  private static final float[] WHOLE_IMAGE = {0, 0, 1, 1, 1};

  private final VilbertConfig config;
  private final Device device;
  private final BertEmbeddings words;
  private final Norm wordNorm;
  private final Linear features;
  private final Linear locations;
  private final Norm regionNorm;
  private final List<BertBlock> textBlocks;
  private final List<BertBlock> regionBlocks;

  /** One for each meeting; none if the streams stay apart. */
  private final List<CoAttentionBlock> coBlocks;

  private final Linear textPooler;
  private final Linear regionPooler;

  /**
   * Reads an encoder.
   *
   * @param meets false for a model whose streams stay apart
   */
  VilbertEncoder(VilbertConfig config, boolean meets, Weights weights) {
    VilbertConfig.Stream text = config.text();
    VilbertConfig.Stream regions = config.regions();
    Weights textWeights = weights.at("text");
    Weights regionWeights = weights.at("regions");
    this.config = config;
    this.device = weights.placement().device();
    this.words =
        BertEmbeddings.load(
            textWeights,
            config.vocabularySize(),
            config.maxPositions(),
            config.segments(),
            text.size());
    this.wordNorm = Norm.layerNorm(textWeights.at("norm"), text.size(), config.epsilon());
    this.features =
        Heads.linear(regionWeights.at("features"), config.featureSize(), regions.size());
    this.locations = Heads.linear(regionWeights.at("boxes"), LOCATION_SIZE, regions.size());
    this.regionNorm = Norm.layerNorm(regionWeights.at("norm"), regions.size(), config.epsilon());
    this.textBlocks = blocks(text, textWeights);
    this.regionBlocks = blocks(regions, regionWeights);
    this.coBlocks =
        IntStream.range(0, meets ? config.meetings().size() : 0)
            .mapToObj(i -> CoAttentionBlock.load(config, weights.at("cross", i)))
            .toList();
    this.textPooler = Heads.linear(textWeights.at("pooler"), text.size(), config.coSize());
    this.regionPooler = Heads.linear(regionWeights.at("pooler"), regions.size(), config.coSize());
  }

  /** The table of the words, which the head of the masked words shares. */
  Tensor wordTable() {
    return words.wordTable();
  }

  /** Before the regions stands the image as a whole: their mean, and a box around all. */
  @Override
  public RegionInputs prepare(Regions regions) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor found = regions.features().view(1, regions.count(), -1);
      Tensor mean = KernelLibrary.shared().call("mean_of_tokens", found);
      Tensor whole = Tensor.of(WHOLE_IMAGE, 1, 1, LOCATION_SIZE);
      return RegionInputs.of(
          scope.keep(Tensor.cat(1, mean, found)),
          Optional.of(scope.keep(Tensor.cat(1, whole, locations(regions)))),
          0);
    }
  }

  private static Tensor locations(Regions regions) {
    float[] edges = RegionInputs.relativeBoxes(regions).toFloats();
    float[] areas = new float[regions.count()];
    for (int i = 0; i < areas.length; i++) {
      areas[i] = (edges[4 * i + 2] - edges[4 * i]) * (edges[4 * i + 3] - edges[4 * i + 1]);
    }
    return Tensor.cat(
        2, Tensor.of(edges, 1, areas.length, 4), Tensor.of(areas, 1, areas.length, 1));
  }

  @Override
  public Streams encode(TextTokens tokens, RegionInputs inputs) {
    record(tokens, inputs);
    try (TensorScope scope = TensorScope.open()) {
      CoAttentionBlock.Pair embedded =
          new CoAttentionBlock.Pair(
              wordNorm.forward(words.forward(tokens.ids(), tokens.segments())), embed(inputs));
      CoAttentionBlock.Pair last =
          through(
              embedded,
              MaskBias.of(tokens.mask(), PADDING, device),
              MaskBias.of(inputs.mask(), PADDING, device));
      Tensor pooledText = pooled(textPooler, last.text());
      Tensor pooledRegions = pooled(regionPooler, last.regions());
      record(last, pooledText, pooledRegions);
      Tensor fused =
          config.fusion() == VilbertConfig.Fusion.SUM
              ? pooledText.add(pooledRegions)
              : pooledText.mul(pooledRegions);
      return new Streams(
          scope.keep(last.text()), scope.keep(last.regions()), scope.keep(fused), tokens, inputs);
    }
  }

  /** Each stream goes on by itself to the next meeting, and after the last one to its end. */
  private CoAttentionBlock.Pair through(
      CoAttentionBlock.Pair embedded, Tensor textMask, Tensor regionMask) {
    CoAttentionBlock.Pair streams = embedded;
    int textStart = 0;
    int regionStart = 0;
    for (int i = 0; i < config.meetings().size(); i++) {
      VilbertConfig.Meeting meeting = config.meetings().get(i);
      streams =
          new CoAttentionBlock.Pair(
              run(textBlocks, textStart, meeting.textLayer(), streams.text(), textMask),
              run(regionBlocks, regionStart, meeting.regionLayer(), streams.regions(), regionMask));
      if (!coBlocks.isEmpty()) {
        streams = coBlocks.get(i).forward(streams, textMask, regionMask);
      }
      textStart = meeting.textLayer();
      regionStart = meeting.regionLayer();
    }
    return new CoAttentionBlock.Pair(
        run(textBlocks, textStart, textBlocks.size(), streams.text(), textMask),
        run(regionBlocks, regionStart, regionBlocks.size(), streams.regions(), regionMask));
  }

  private static Tensor run(
      List<BertBlock> blocks, int start, int end, Tensor embedded, Tensor mask) {
    Tensor hidden = embedded;
    for (int i = start; i < end; i++) {
      hidden = blocks.get(i).forward(hidden, mask);
    }
    return hidden;
  }

  private Tensor embed(RegionInputs inputs) {
    Tensor location = RegionInputs.locations(inputs, LOCATION_SIZE).to(device);
    return regionNorm.forward(
        features.forward(inputs.features().to(device)).add(locations.forward(location)));
  }

  private Tensor pooled(Linear pooler, Tensor stream) {
    return config.pooling().forward(pooler.forward(stream.narrow(1, 0, 1))).view(1, -1);
  }

  private List<BertBlock> blocks(VilbertConfig.Stream stream, Weights weights) {
    return IntStream.range(0, stream.layers())
        .mapToObj(
            i ->
                BertBlock.load(
                    stream.sublayers(config.epsilon()),
                    weights.at("layers", i),
                    stream.intermediateSize(),
                    stream.activation()))
        .toList();
  }

  private static void record(TextTokens tokens, RegionInputs inputs) {
    tokens.record();
    inputs.record("visual_feats", "visual_loc");
  }

  private static void record(CoAttentionBlock.Pair last, Tensor pooledText, Tensor pooledRegions) {
    Trace.record("sequence_output_t", () -> last.text().view(last.text().size(1), -1));
    Trace.record("sequence_output_v", () -> last.regions().view(last.regions().size(1), -1));
    Trace.record("pooled_output_t", () -> pooledText.view(-1));
    Trace.record("pooled_output_v", () -> pooledRegions.view(-1));
  }
}

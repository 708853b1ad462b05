package io.vlm4j.llm.falcon;

import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.AlibiBias;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.weights.Weights;

/** A Falcon decoder. */
final class FalconModel {
  private final FalconConfig config;
  private final Weights weights;

  private FalconModel(FalconConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(FalconConfig config, Weights weights) {
    FalconModel model = new FalconModel(config, weights);
    return CausalDecoder.owning(
        model::parts,
        new Limits(config.keyValueHeads(), config.headSize(), config.maxPositions()),
        weights.placement().device());
  }

  private DecoderParts parts() {
    Embedding embedding =
        Embedding.load(weights.at("embedding"), config.vocabularySize(), config.hiddenSize());
    return DecoderParts.of(
        embedding,
        positions(),
        ParallelLoading.layers(config.layers(), this::block),
        norm(weights),
        DecoderParts.head(weights.at("head"), embedding, config.tiedEmbeddings()));
  }

  private Positions positions() {
    Device device = weights.placement().device();
    return config.alibi()
        ? Positions.alibi(
            AlibiBias.rounded(config.heads(), 1 / Math.sqrt(config.headSize()), device))
        : Positions.rotary(new RotaryEmbedding(config.rotary(), device));
  }

  private DecoderBlock block(int index) {
    Weights attention = weights.at("layers", index).at("attention");
    Weights mlp = weights.at("layers", index).at("mlp");
    Norm attentionNorm = norm(attention);
    Norm mlpNorm = config.sharedNorm() ? attentionNorm : norm(mlp);
    return DecoderBlock.of(
        attention(attention, attentionNorm), mlp(mlp, mlpNorm), config.parallel());
  }

  private Attention attention(Weights layer, Norm norm) {
    int size = config.hiddenSize();
    int groups = config.keyValueHeads();
    return Attention.builder(config.heads(), config.headSize())
        .keyValueHeads(groups)
        .norm(norm)
        .queryKeyValue(
            Linear.grouped(
                layer.at("query_key_value"),
                size,
                groups,
                config.heads() / groups,
                config.headSize(),
                config.bias()))
        .output(Linear.load(layer.at("output"), size, size, config.bias()))
        .causal()
        .build();
  }

  private Mlp mlp(Weights layer, Norm norm) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.of(
        norm,
        Linear.load(layer.at("up"), size, inner, config.bias()),
        config.activation(),
        Linear.load(layer.at("down"), inner, size, config.bias()),
        Residual.plain());
  }

  private Norm norm(Weights owner) {
    return Norm.layerNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }
}

package io.vlm4j.llm.opt;

import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.Residual;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;

/** An OPT decoder. */
final class OptModel {
  /** The table of positions begins with two rows that no token has. */
  private static final int POSITION_OFFSET = 2;

  private static final double EPSILON = 1e-5;

  private final OptConfig config;
  private final Weights weights;

  private OptModel(OptConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(OptConfig config, Weights weights) {
    OptModel model = new OptModel(config, weights);
    return CausalDecoder.owning(
        model::parts,
        new Limits(config.heads(), config.headSize(), config.maxPositions()),
        weights.placement().device());
  }

  private DecoderParts parts() {
    int size = config.hiddenSize();
    int embeddingSize = config.embeddingSize();
    Embedding embedding =
        Embedding.load(weights.at("embedding"), config.vocabularySize(), embeddingSize);
    Optional<Norm> norm = config.finalNorm() ? Optional.of(norm(weights)) : Optional.empty();
    Optional<Linear> output = projection("output", size, embeddingSize);
    return new DecoderParts(
        embedding,
        projection("input", embeddingSize, size),
        Positions.learned(
            PositionEmbedding.load(
                weights.at("positions"), config.maxPositions(), size, POSITION_OFFSET)),
        ParallelLoading.layers(config.layers(), this::block),
        hidden -> ending(hidden, norm, output),
        DecoderParts.head(weights.at("head"), embedding, config.tiedEmbeddings()));
  }

  private static Tensor ending(Tensor hidden, Optional<Norm> norm, Optional<Linear> output) {
    Tensor normalised = norm.map(layer -> layer.forward(hidden)).orElse(hidden);
    return output.map(layer -> layer.forward(normalised)).orElse(normalised);
  }

  private Optional<Linear> projection(String name, int from, int to) {
    return from == to
        ? Optional.empty()
        : Optional.of(Linear.load(weights.at(name), from, to, false));
  }

  private DecoderBlock block(int index) {
    Weights layer = weights.at("layers", index);
    return new DecoderBlock(attention(layer.at("attention")), mlp(layer.at("mlp")));
  }

  private Attention attention(Weights layer) {
    int size = config.hiddenSize();
    Norm norm = norm(layer);
    return Attention.builder(config.heads(), config.headSize())
        .norm(config.preNorm() ? norm : null)
        .queryKeyValue(
            Linear.fused(
                List.of(layer.at("query"), layer.at("key"), layer.at("value")),
                size,
                List.of(size, size, size),
                config.bias()))
        .output(Linear.load(layer.at("output"), size, size, config.bias()))
        .residual(residual(norm))
        .causal()
        .build();
  }

  private Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    Norm norm = norm(layer);
    return Mlp.of(
        config.preNorm() ? norm : null,
        Linear.load(layer.at("up"), size, inner, config.bias()),
        config.activation(),
        Linear.load(layer.at("down"), inner, size, config.bias()),
        residual(norm));
  }

  private Residual residual(Norm norm) {
    return config.preNorm() ? Residual.plain() : Residual.thenNorm(norm);
  }

  private Norm norm(Weights owner) {
    int size = config.hiddenSize();
    return config.normWeights()
        ? Norm.layerNorm(owner.at("norm"), size, EPSILON)
        : Norm.layerNormWithoutWeights(weights.placement().device(), size, EPSILON);
  }
}

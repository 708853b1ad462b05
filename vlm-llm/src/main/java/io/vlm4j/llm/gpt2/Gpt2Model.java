package io.vlm4j.llm.gpt2;

import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.CrossDecoder;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.Residual;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** A GPT-2 decoder. */
final class Gpt2Model {
  private final Gpt2Config config;
  private final Weights weights;

  private Gpt2Model(Gpt2Config config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(Gpt2Config config, Weights weights) {
    Gpt2Model model = new Gpt2Model(config, weights);
    CausalDecoder decoder =
        CausalDecoder.owning(
            model::parts,
            new Limits(config.heads(), config.headSize(), config.maxPositions()),
            weights.placement().device());
    return config.crossAttention()
        ? new CrossDecoder(decoder, config.hiddenSize(), config.startToken())
        : decoder;
  }

  private DecoderParts parts() {
    int size = config.hiddenSize();
    Embedding embedding = Embedding.load(weights.at("embedding"), config.vocabularySize(), size);
    return DecoderParts.of(
        embedding,
        Positions.learned(
            PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0)),
        ParallelLoading.layers(config.layers(), this::block),
        norm(weights),
        DecoderParts.head(weights.at("head"), embedding, config.tiedEmbeddings()));
  }

  private DecoderBlock block(int index) {
    Weights layer = weights.at("layers", index);
    return new DecoderBlock(
        attention(layer.at("attention"), config.scale(index)),
        config.crossAttention()
            ? Optional.of(crossAttention(layer.at("cross_attention"), config.scale(index)))
            : Optional.empty(),
        mlp(layer.at("mlp")));
  }

  private CrossAttention crossAttention(Weights layer, double scale) {
    int size = config.hiddenSize();
    return CrossAttention.builder(config.heads(), config.headSize())
        .scale(scale)
        .norm(norm(layer))
        .query(Linear.loadTransposed(layer.at("query"), size, size))
        .keyValue(Linear.loadTransposed(layer.at("key_value"), size, 2 * size))
        .output(Linear.loadTransposed(layer.at("output"), size, size))
        .build();
  }

  private Attention attention(Weights layer, double scale) {
    int size = config.hiddenSize();
    return Attention.builder(config.heads(), config.headSize())
        .scale(scale)
        .norm(norm(layer))
        .queryKeyValue(Linear.loadTransposed(layer.at("query_key_value"), size, 3 * size))
        .output(Linear.loadTransposed(layer.at("output"), size, size))
        .causal()
        .build();
  }

  private Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.of(
        norm(layer),
        Linear.loadTransposed(layer.at("up"), size, inner),
        config.activation(),
        Linear.loadTransposed(layer.at("down"), inner, size),
        Residual.plain());
  }

  private Norm norm(Weights owner) {
    return Norm.layerNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }
}

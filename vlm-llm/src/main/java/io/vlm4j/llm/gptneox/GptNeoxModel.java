package io.vlm4j.llm.gptneox;

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
import io.vlm4j.nn.Residual;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.weights.Weights;

/** A GPT-NeoX decoder. */
final class GptNeoxModel {
  private final GptNeoxConfig config;
  private final Weights weights;

  private GptNeoxModel(GptNeoxConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(GptNeoxConfig config, Weights weights) {
    GptNeoxModel model = new GptNeoxModel(config, weights);
    return CausalDecoder.owning(
        model::parts,
        new Limits(config.heads(), config.headSize(), config.maxPositions()),
        weights.placement().device());
  }

  private DecoderParts parts() {
    Device device = weights.placement().device();
    Embedding embedding =
        Embedding.load(weights.at("embedding"), config.vocabularySize(), config.hiddenSize());
    return DecoderParts.of(
        embedding,
        Positions.rotary(new RotaryEmbedding(config.rotary(), device)),
        ParallelLoading.layers(config.layers(), this::block),
        norm(weights),
        DecoderParts.head(weights.at("head"), embedding, config.tiedEmbeddings()));
  }

  private DecoderBlock block(int index) {
    Weights layer = weights.at("layers", index);
    return DecoderBlock.of(
        attention(layer.at("attention")), mlp(layer.at("mlp")), config.parallel());
  }

  /** Each head's query, key and value stand together: a group of one head. */
  private Attention attention(Weights layer) {
    int size = config.hiddenSize();
    boolean bias = config.attentionBias();
    return Attention.builder(config.heads(), config.headSize())
        .norm(norm(layer))
        .queryKeyValue(
            Linear.grouped(
                layer.at("query_key_value"), size, config.heads(), 1, config.headSize(), bias))
        .output(Linear.load(layer.at("output"), size, size, bias))
        .causal()
        .build();
  }

  private Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.of(
        norm(layer),
        Linear.load(layer.at("up"), size, inner, true),
        config.activation(),
        Linear.load(layer.at("down"), inner, size, true),
        Residual.plain());
  }

  private Norm norm(Weights owner) {
    return Norm.layerNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }
}

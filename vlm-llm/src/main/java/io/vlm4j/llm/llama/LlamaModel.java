package io.vlm4j.llm.llama;

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
import java.util.List;

/** A decoder of the LLaMA family: RMS norms, rotary positions, a gated feed-forward. */
final class LlamaModel {
  private final LlamaConfig config;
  private final Weights weights;

  private LlamaModel(LlamaConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(LlamaConfig config, Weights weights) {
    LlamaModel model = new LlamaModel(config, weights);
    return CausalDecoder.owning(
        model::parts,
        new Limits(config.keyValueHeads(), config.headSize(), config.maxPositions()),
        weights.placement().device());
  }

  private DecoderParts parts() {
    Device device = weights.placement().device();
    Embedding embedding =
        Embedding.load(
            weights.at("embedding"),
            config.vocabularySize(),
            config.additionalVocabulary(),
            config.hiddenSize());
    return DecoderParts.of(
        embedding,
        Positions.rotary(new RotaryEmbedding(config.rotary(), device)),
        ParallelLoading.layers(config.layers(), this::block),
        norm(weights),
        head(weights.at("head"), embedding));
  }

  private Linear head(Weights head, Embedding embedding) {
    Weights additional = head.at("additional");
    if (config.additionalVocabulary() == 0 || config.tiedEmbeddings()) {
      additional.skip("weight");
      return DecoderParts.head(head, embedding, config.tiedEmbeddings());
    }
    return Linear.fused(
        List.of(head, additional),
        config.hiddenSize(),
        List.of(config.vocabularySize(), config.additionalVocabulary()),
        false);
  }

  private DecoderBlock block(int index) {
    Weights layer = weights.at("layers", index);
    return new DecoderBlock(
        attention(layer.at("attention"), config.windows().get(index)), mlp(layer.at("mlp")));
  }

  private Attention attention(Weights layer, int window) {
    int size = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyValueHeads() * config.headSize();
    boolean bias = config.attentionBias() || config.queryKeyValueBias();
    return Attention.builder(config.heads(), config.headSize())
        .keyValueHeads(config.keyValueHeads())
        .norm(norm(layer))
        .queryKeyValue(
            Linear.fused(
                List.of(layer.at("query"), layer.at("key"), layer.at("value")),
                size,
                List.of(queries, keys, keys),
                bias))
        .output(Linear.load(layer.at("output"), queries, size, config.attentionBias()))
        .causal()
        .window(window)
        .build();
  }

  private Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.gated(
        norm(layer),
        Linear.fused(
            List.of(layer.at("gate"), layer.at("up")),
            size,
            List.of(inner, inner),
            config.mlpBias()),
        config.activation(),
        Linear.load(layer.at("down"), inner, size, config.mlpBias()),
        Residual.plain());
  }

  private Norm norm(Weights owner) {
    return Norm.rmsNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }
}

package io.vlm4j.llm.mpt;

import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.AlibiBias;
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
import java.util.Optional;

/** An MPT decoder. */
final class MptModel {
  private final MptConfig config;
  private final Weights weights;

  private MptModel(MptConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static LanguageModel load(MptConfig config, Weights weights) {
    MptModel model = new MptModel(config, weights);
    return CausalDecoder.owning(
        model::parts,
        new Limits(config.keyValueHeads(), config.headSize(), config.maxPositions()),
        weights.placement().device());
  }

  private DecoderParts parts() {
    int size = config.hiddenSize();
    Embedding embedding = Embedding.load(weights.at("embedding"), config.vocabularySize(), size);
    Norm norm = norm(weights.at("norm"), size);
    return new DecoderParts(
        embedding,
        Optional.empty(),
        positions(),
        ParallelLoading.layers(config.layers(), this::block),
        hidden -> scaled(norm.forward(hidden)),
        DecoderParts.head(weights.at("head"), embedding, config.tiedEmbeddings()));
  }

  /** The output layer has no bias, so that a factor on its input is one on the logits. */
  private Tensor scaled(Tensor hidden) {
    return config.logitScale() == 1 ? hidden : hidden.mul(config.logitScale());
  }

  private Positions positions() {
    return config.alibi()
        ? Positions.alibi(
            AlibiBias.of(config.heads(), config.alibiMaximum(), weights.placement().device()))
        : Positions.learned(
            PositionEmbedding.load(
                weights.at("positions"), config.maxPositions(), config.hiddenSize(), 0));
  }

  private DecoderBlock block(int index) {
    Weights layer = weights.at("layers", index);
    return new DecoderBlock(attention(layer.at("attention")), mlp(layer.at("mlp")));
  }

  private Attention attention(Weights layer) {
    int size = config.hiddenSize();
    int keys = config.keyValueHeads() * config.headSize();
    Attention.Builder attention =
        Attention.builder(config.heads(), config.headSize())
            .keyValueHeads(config.keyValueHeads())
            .scale(config.scale())
            .norm(norm(layer.at("norm"), size))
            .queryKeyValue(linear(layer.at("query_key_value"), size, size + 2 * keys))
            .clip(config.clip())
            .output(linear(layer.at("output"), size, size))
            .causal();
    if (config.queryKeyNorms()) {
      attention.queryKeyNorms(norm(layer.at("query_norm"), size), norm(layer.at("key_norm"), keys));
    }
    return attention.build();
  }

  private Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.of(
        norm(layer.at("norm"), size),
        linear(layer.at("up"), size, inner),
        Activation.GELU,
        linear(layer.at("down"), inner, size),
        Residual.plain());
  }

  private Linear linear(Weights layer, int from, int to) {
    return Linear.load(layer, from, to, hasBias(layer));
  }

  private Norm norm(Weights layer, int size) {
    return Norm.layerNorm(layer, size, config.epsilon(), hasBias(layer));
  }

  /** Checkpoints of transformers have no biases whatever their {@code no_bias} says. */
  private boolean hasBias(Weights layer) {
    return config.biases() && layer.has("bias");
  }
}

package io.vlm4j.llm.bert;

import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.CrossDecoder;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.PostNormLayers;
import io.vlm4j.nn.bert.BertConfig;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** A BERT that writes: causal, with cross-attention in every block. */
final class BertDecoder {
  private final BertConfig config;
  private final Weights weights;

  private BertDecoder(BertConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  static EncoderDecoder load(BertConfig config, Weights weights) {
    BertDecoder model = new BertDecoder(config, weights);
    CausalDecoder decoder =
        CausalDecoder.owning(
            model::parts,
            new Limits(config.heads(), config.hiddenSize() / config.heads(), config.maxPositions()),
            weights.placement().device());
    return new CrossDecoder(decoder, config.contextSize(), config.startToken());
  }

  private DecoderParts parts() {
    int size = config.hiddenSize();
    Embedding words = Embedding.load(weights.at("words"), config.vocabularySize(), size);
    PositionEmbedding positions =
        PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0);
    Weights head = weights.at("head");
    Linear transform = Linear.load(head.at("transform"), size, size, true);
    Norm headNorm = norm(head);
    return new DecoderParts(
        words,
        Optional.empty(),
        Positions.learned(positions, norm(weights)),
        ParallelLoading.layers(config.layers(), this::block),
        hidden -> headNorm.forward(config.activation().forward(transform.forward(hidden))),
        output(head, words));
  }

  private DecoderBlock block(int index) {
    PostNormLayers layers = config.postNormLayers();
    Weights layer = weights.at("layers", index);
    return new DecoderBlock(
        layers.causalAttention(layer.at("attention")),
        Optional.of(layers.crossAttention(layer.at("cross_attention"), config.contextSize())),
        layers.mlp(layer.at("mlp"), config.intermediateSize(), config.activation()));
  }

  private Linear output(Weights head, Embedding words) {
    if (!config.tiedEmbeddings()) {
      return Linear.load(head, config.hiddenSize(), config.vocabularySize(), true);
    }
    head.skip("weight");
    Tensor bias = head.getFloat("bias", config.vocabularySize());
    return Linear.of(words.table(), Optional.of(bias), weights.placement());
  }

  private Norm norm(Weights owner) {
    return Norm.layerNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }
}

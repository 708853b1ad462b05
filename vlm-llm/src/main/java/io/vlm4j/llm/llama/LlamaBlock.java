package io.vlm4j.llm.llama;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.List;

/** One block: causal attention with rotary positions, then the gated feed-forward. */
final class LlamaBlock {
  private final int index;
  private final Attention attention;
  private final Mlp mlp;

  LlamaBlock(LlamaConfig config, int index, Weights weights) {
    this.index = index;
    this.attention = attention(config, index, weights.at("attention"));
    this.mlp = mlp(config, weights.at("mlp"));
  }

  Tensor forward(Tensor hiddenStates, KvState state, RotaryEmbedding.Angles rotary) {
    return mlp.forward(attention.forward(hiddenStates, state, index, rotary, null));
  }

  /** Bytes of the weights of its linear layers. */
  long bytes() {
    return attention.bytes() + mlp.bytes();
  }

  private static Attention attention(LlamaConfig config, int index, Weights weights) {
    int size = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyValueHeads() * config.headSize();
    boolean bias = config.attentionBias() || config.queryKeyValueBias();
    return Attention.builder(config.heads(), config.headSize())
        .keyValueHeads(config.keyValueHeads())
        .norm(Norm.rmsNorm(weights.at("norm"), size, config.epsilon()))
        .queryKeyValue(
            Linear.fused(
                List.of(weights.at("query"), weights.at("key"), weights.at("value")),
                size,
                List.of(queries, keys, keys),
                bias))
        .output(Linear.load(weights.at("output"), queries, size, config.attentionBias()))
        .causal()
        .window(config.windows().get(index))
        .build();
  }

  private static Mlp mlp(LlamaConfig config, Weights weights) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    return Mlp.gated(
        Norm.rmsNorm(weights.at("norm"), size, config.epsilon()),
        Linear.fused(
            List.of(weights.at("gate"), weights.at("up")),
            size,
            List.of(inner, inner),
            config.mlpBias()),
        config.activation(),
        Linear.load(weights.at("down"), inner, size, config.mlpBias()),
        Residual.plain());
  }
}

package io.vlm4j.llm.t5;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.RelativePositionBias;
import io.vlm4j.nn.Residual;
import io.vlm4j.weights.Weights;
import java.util.List;

/** The sublayers of encoder and decoder: norm before, no biases, scores not scaled. */
record T5Layers(T5Config config) {
  /** Self-attention; the caller says whether it is causal. */
  Attention.Builder attention(Weights layer) {
    int inner = config.innerSize();
    return Attention.builder(config.heads(), config.headSize())
        .scale(1)
        .norm(norm(layer))
        .queryKeyValue(
            Linear.fused(
                List.of(layer.at("query"), layer.at("key"), layer.at("value")),
                config.hiddenSize(),
                List.of(inner, inner, inner),
                false))
        .output(Linear.load(layer.at("output"), inner, config.hiddenSize(), false));
  }

  CrossAttention crossAttention(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.innerSize();
    return CrossAttention.builder(config.heads(), config.headSize())
        .scale(1)
        .norm(norm(layer))
        .query(Linear.load(layer.at("query"), size, inner, false))
        .keyValue(
            Linear.fused(
                List.of(layer.at("key"), layer.at("value")), size, List.of(inner, inner), false))
        .output(Linear.load(layer.at("output"), inner, size, false))
        .build();
  }

  Mlp mlp(Weights layer) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    Linear down = Linear.load(layer.at("down"), inner, size, false);
    if (!config.gated()) {
      Linear up = Linear.load(layer.at("up"), size, inner, false);
      return Mlp.of(norm(layer), up, config.activation(), down, Residual.plain());
    }
    Linear gateAndValue =
        Linear.fused(List.of(layer.at("gate"), layer.at("up")), size, List.of(inner, inner), false);
    return Mlp.gated(norm(layer), gateAndValue, config.activation(), down, Residual.plain());
  }

  Norm norm(Weights owner) {
    return Norm.rmsNorm(owner.at("norm"), config.hiddenSize(), config.epsilon());
  }

  RelativePositionBias positions(Weights owner) {
    return RelativePositionBias.load(
        owner.at("positions"), config.buckets(), config.heads(), config.maxDistance());
  }
}

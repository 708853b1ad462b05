package io.vlm4j.encoders.vit;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;

/** One pre-norm transformer block: attention, then feed-forward. */
final class VitBlock {
  private final Attention attention;
  private final Mlp mlp;

  VitBlock(VitConfig config, Weights weights) {
    attention = attention(config, weights.at("attention"));
    mlp = mlp(config, weights.at("mlp"));
  }

  Tensor forward(Tensor hiddenStates) {
    return mlp.forward(attention.forward(hiddenStates));
  }

  private static Attention attention(VitConfig config, Weights weights) {
    int size = config.hiddenSize();
    return Attention.builder(config.heads(), size / config.heads())
        .norm(Norm.layerNorm(weights.at("norm"), size, config.epsilon()))
        .queryKeyValue(queryKeyValue(config, weights))
        .output(Linear.load(weights.at("output"), size, size, true))
        .residual(residual(config, weights))
        .build();
  }

  /** Three layers, or one for all; EVA has biases for queries and values alone. */
  private static Linear queryKeyValue(VitConfig config, Weights weights) {
    int size = config.hiddenSize();
    boolean bias = config.queryKeyValueBias();
    Weights packed = weights.at("query_key_value");
    if (!packed.has("weight")) {
      return Linear.fused(
          List.of(weights.at("query"), weights.at("key"), weights.at("value")),
          size,
          List.of(size, size, size),
          bias);
    }
    if (!bias || packed.has("bias")) {
      return Linear.load(packed, size, 3 * size, bias);
    }
    return Linear.load(packed, size, 3 * size, splitBias(weights, size));
  }

  /** Biases of queries, none for keys, biases of values: [3 D]. */
  private static Tensor splitBias(Weights weights, int size) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor none = Tensor.of(new float[size], size).to(weights.placement().device());
      Tensor query = weights.getFloat("query.bias", size);
      return scope.keep(Tensor.cat(0, query, none, weights.getFloat("value.bias", size)));
    }
  }

  private static Mlp mlp(VitConfig config, Weights weights) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    Norm norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
    Linear up = Linear.load(weights.at("up"), size, config.swiglu() ? 2 * inner : inner, true);
    Linear down = Linear.load(weights.at("down"), inner, size, true);
    Residual residual = residual(config, weights);
    return config.swiglu()
        ? Mlp.gated(norm, up, config.activation(), down, residual)
        : Mlp.of(norm, up, config.activation(), down, residual);
  }

  private static Residual residual(VitConfig config, Weights weights) {
    return config.layerScale()
        ? Residual.scaled(weights.getFloat("scale", config.hiddenSize()))
        : Residual.plain();
  }
}

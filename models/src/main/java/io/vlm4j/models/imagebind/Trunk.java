package io.vlm4j.models.imagebind;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;

/** The transformer of one kind of data: for images a norm first, then pre-norm blocks. */
final class Trunk {
  private final Norm preNorm;
  private final List<Block> blocks;

  Trunk(TrunkConfig config, Weights checkpoint) {
    Weights weights = checkpoint.mapped(ImageBindNames.TRUNK);
    Weights norm = weights.at("pre_norm");
    preNorm = norm.has("weight") ? Norm.layerNorm(norm, config.size(), config.epsilon()) : null;
    blocks =
        ParallelLoading.layers(config.blocks(), i -> Block.load(config, weights.at("layers", i)));
  }

  /** [B, T, D] to [B, T, D]; no norm at the end. */
  Tensor forward(Tensor tokens) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = preNorm == null ? tokens : preNorm.forward(tokens);
      for (Block block : blocks) {
        hidden = block.mlp.forward(block.attention.forward(hidden));
      }
      return hidden == tokens ? tokens : scope.keep(hidden);
    }
  }

  private record Block(Attention attention, Mlp mlp) {
    static Block load(TrunkConfig config, Weights weights) {
      return new Block(
          attention(config, weights.at("attention")), feedForward(config, weights.at("mlp")));
    }

    private static Attention attention(TrunkConfig config, Weights weights) {
      int size = config.size();
      Attention.Builder attention =
          Attention.builder(config.heads(), size / config.heads())
              .norm(Norm.layerNorm(weights.at("norm"), size, config.epsilon()))
              .queryKeyValue(Linear.load(weights.at("query_key_value"), size, 3 * size, true))
              .output(Linear.load(weights.at("output"), size, size, true));
      if (config.causal()) {
        attention.causal();
      }
      if (config.extraKeyValue()) {
        attention.extraKeyValue(
            weights.getReshaped("extra_key", size), weights.getReshaped("extra_value", size));
      }
      return attention.build();
    }

    private static Mlp feedForward(TrunkConfig config, Weights weights) {
      int size = config.size();
      Linear up = Linear.load(weights.at("up"), size, config.innerSize(), true);
      Linear down = Linear.load(weights.at("down"), config.innerSize(), size, true);
      Norm norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
      return Mlp.of(norm, up, config.activation(), down, Residual.plain());
    }
  }
}

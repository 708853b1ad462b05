package io.vlm4j.connectors.resampler;

import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.List;

/** One block: the latents look at the features and at themselves, then think. */
final class ResamplerBlock {
  private static final double EPSILON = 1e-5;

  private final Norm featureNorm;
  private final Norm latentNorm;
  private final CrossAttention attention;
  private final Mlp mlp;

  ResamplerBlock(ResamplerConfig config, Weights weights) {
    Weights attending = weights.at("attention");
    int size = config.size();
    int inner = config.heads() * config.headSize();
    this.featureNorm = norm(attending, "feature_norm", size);
    this.latentNorm = norm(attending, "latent_norm", size);
    this.attention =
        CrossAttention.builder(config.heads(), config.headSize())
            .query(Linear.load(attending.at("query"), size, inner, false))
            .keyValue(keyValue(attending, size, inner))
            .queryKeyNorms(
                config.queryKeyNorms() ? norm(attending, "query_norm", config.headSize()) : null,
                config.queryKeyNorms() ? norm(attending, "key_norm", config.headSize()) : null)
            .output(Linear.load(attending.at("output"), inner, size, false))
            .build();
    Weights thinking = weights.at("mlp");
    this.mlp =
        Mlp.of(
            norm(thinking, "norm", size),
            Linear.load(thinking.at("up"), size, config.intermediateSize(), false),
            config.activation(),
            Linear.load(thinking.at("down"), config.intermediateSize(), size, false),
            Residual.plain());
  }

  /**
   * float32 [M, N, D] to [M, N, D].
   *
   * @param features [M, S, D]
   */
  Tensor forward(Tensor latents, Tensor features) {
    Tensor queries = latentNorm.forward(latents);
    Tensor keysAndValues = Tensor.cat(1, featureNorm.forward(features), queries);
    return mlp.forward(latents.add(attention.branch(queries, keysAndValues)));
  }

  private static Linear keyValue(Weights weights, int size, int inner) {
    return weights.has("key_value.weight")
        ? Linear.load(weights.at("key_value"), size, 2 * inner, false)
        : Linear.fused(
            List.of(weights.at("key"), weights.at("value")), size, List.of(inner, inner), false);
  }

  private static Norm norm(Weights owner, String name, int size) {
    return Norm.layerNorm(owner.at(name), size, EPSILON);
  }
}

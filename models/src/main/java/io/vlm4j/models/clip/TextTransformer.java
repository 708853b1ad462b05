package io.vlm4j.models.clip;

import io.vlm4j.models.matching.TokenBatch;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text tower of CLIP and its kin: embeddings, pre-norm blocks, norm, one place of each text.
 */
public final class TextTransformer implements AutoCloseable {
  private final TextConfig config;
  private final TensorScope parameters;
  private final Device device;
  private final Embedding words;
  private final PositionEmbedding positions;
  private final List<Block> blocks;
  private final Norm norm;

  private TextTransformer(TextConfig config, Weights weights, TensorScope parameters) {
    int size = config.hiddenSize();
    this.config = config;
    this.parameters = parameters;
    this.device = weights.placement().device();
    this.words = Embedding.load(weights.at("words"), config.vocabularySize(), size);
    this.positions =
        PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0);
    this.blocks =
        ParallelLoading.layers(config.layers(), i -> Block.load(config, weights.at("layers", i)));
    this.norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
  }

  /** Reads a transformer under the names of {@link TextNames}' right sides. */
  public static TextTransformer load(TextConfig config, Weights weights) {
    return TensorScope.owning(parameters -> new TextTransformer(config, weights, parameters));
  }

  /** Width D. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /** The shape. */
  public TextConfig config() {
    return config;
  }

  /**
   * What stands for each text: [B, D].
   *
   * @throws io.vlm4j.error.InvalidPromptException if a token is outside the vocabulary
   */
  public Tensor pool(TokenBatch texts) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor states = lastHiddenState(texts);
      Trace.record("text_last_hidden_state", () -> states);
      int length = texts.length();
      int[] places =
          IntStream.range(0, texts.size())
              .map(i -> i * length + config.pooling().place(texts.padded(i)))
              .toArray();
      Tensor rows = states.view((long) texts.size() * length, config.hiddenSize());
      Tensor pooled = scope.keep(rows.select(0, Tensor.ofIds(places).to(device)));
      Trace.record("text_pooled", () -> pooled);
      return pooled;
    }
  }

  /** [B, T, D]. */
  private Tensor lastHiddenState(TokenBatch texts) {
    int[] ids =
        IntStream.range(0, texts.size()).flatMap(i -> IntStream.of(texts.padded(i))).toArray();
    Tensor embedded = words.forward(ids).view(texts.size(), texts.length(), config.hiddenSize());
    Tensor hidden = positions.addTo(embedded, 0);
    Tensor mask = texts.mask(config.causal()).map(visible -> visible.to(device)).orElse(null);
    for (Block block : blocks) {
      hidden = block.forward(hidden, mask);
    }
    return norm.forward(hidden);
  }

  @Override
  public void close() {
    parameters.close();
  }

  private record Block(Attention attention, Mlp mlp) {
    static Block load(TextConfig config, Weights layer) {
      return new Block(attention(config, layer.at("attention")), mlp(config, layer.at("mlp")));
    }

    Tensor forward(Tensor hidden, Tensor mask) {
      return mlp.forward(attention.forward(hidden, mask));
    }

    private static Attention attention(TextConfig config, Weights weights) {
      int size = config.hiddenSize();
      Attention.Builder builder =
          Attention.builder(config.heads(), size / config.heads())
              .norm(Norm.layerNorm(weights.at("norm"), size, config.epsilon()))
              .queryKeyValue(queryKeyValue(weights, size))
              .output(Linear.load(weights.at("output"), size, size, true));
      return config.causal() ? builder.causal().build() : builder.build();
    }

    private static Linear queryKeyValue(Weights weights, int size) {
      List<Weights> three = List.of(weights.at("query"), weights.at("key"), weights.at("value"));
      return weights.has("packed.weight")
          ? Linear.load(weights.at("packed"), size, 3 * size, true)
          : Linear.fused(three, size, List.of(size, size, size), true);
    }

    private static Mlp mlp(TextConfig config, Weights weights) {
      int size = config.hiddenSize();
      int inner = config.intermediateSize();
      return Mlp.of(
          Norm.layerNorm(weights.at("norm"), size, config.epsilon()),
          Linear.load(weights.at("up"), size, inner, true),
          config.activation(),
          Linear.load(weights.at("down"), inner, size, true),
          Residual.plain());
    }
  }
}

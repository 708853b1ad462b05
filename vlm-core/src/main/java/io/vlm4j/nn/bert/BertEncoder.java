package io.vlm4j.nn.bert;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.PostNormLayers;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A BERT that reads: every token sees every other, and the image if there is one. */
public final class BertEncoder implements AutoCloseable {
  private final BertConfig config;
  private final TensorScope parameters;
  private final Embedding words;
  private final PositionEmbedding positions;
  private final Norm norm;
  private final List<Block> blocks;

  private BertEncoder(BertConfig config, Weights weights, TensorScope parameters) {
    int size = config.hiddenSize();
    this.config = config;
    this.parameters = parameters;
    this.words = Embedding.load(weights.at("words"), config.vocabularySize(), size);
    this.positions =
        PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0);
    this.norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
    this.blocks =
        IntStream.range(0, config.layers())
            .mapToObj(i -> Block.load(config, weights.at("layers", i)))
            .toList();
  }

  /** Reads an encoder from weights under BLIP's names. */
  public static BertEncoder load(JsonNode json, Weights weights) {
    BertConfig config = BertConfig.of(json);
    Weights named = weights.mapped(BertNames.BLIP);
    return TensorScope.owning(parameters -> new BertEncoder(config, named, parameters));
  }

  /** Width of the image's features. */
  public int contextSize() {
    return config.contextSize();
  }

  /** Width D of what it returns. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /**
   * Reads a text while looking at images.
   *
   * @param image float32 [B, S, contextSize]
   * @param ids the text's T tokens
   * @return float32 [B, T, D]
   * @throws InvalidPromptException if the text is empty or too long
   */
  public Tensor encode(Tensor image, int... ids) {
    return encode(Optional.of(image), ids);
  }

  /**
   * Reads a text alone.
   *
   * @return float32 [1, T, D]
   * @throws InvalidPromptException if the text is empty or too long
   */
  public Tensor encode(int... ids) {
    return encode(Optional.empty(), ids);
  }

  private Tensor encode(Optional<Tensor> image, int... ids) {
    if (ids.length == 0 || ids.length > config.maxPositions()) {
      throw new InvalidPromptException(
          "the text has " + ids.length + " tokens; the model reads 1 to " + config.maxPositions());
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor text = words.forward(ids).view(1, ids.length, config.hiddenSize());
      int batch = image.map(features -> features.size(0)).orElse(1);
      Tensor hidden =
          norm.forward(positions.addTo(text, 0)).expand(batch, ids.length, config.hiddenSize());
      for (Block block : blocks) {
        hidden = block.forward(hidden, image);
      }
      return scope.keep(hidden);
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private record Block(Attention attention, CrossAttention crossAttention, Mlp mlp) {
    static Block load(BertConfig config, Weights layer) {
      PostNormLayers layers = config.postNormLayers();
      return new Block(
          layers.attention(layer.at("attention")),
          layers.crossAttention(layer.at("cross_attention"), config.contextSize()),
          layers.mlp(layer.at("mlp"), config.intermediateSize(), config.activation()));
    }

    Tensor forward(Tensor hidden, Optional<Tensor> image) {
      Tensor read = attention.forward(hidden);
      return mlp.forward(image.map(i -> crossAttention.forward(read, i)).orElse(read));
    }
  }
}

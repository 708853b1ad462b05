package io.vlm4j.connectors.qformer;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;

/**
 * The transformer of the Q-Former: N learned queries and T tokens of a text attend to each other,
 * and the queries look at an image; either may be absent.
 */
public final class QueryingTransformer {
  private final QFormerConfig config;
  private final Tensor queries;
  private final Optional<TextEmbedding> texts;
  private final Norm norm;
  private final List<QFormerBlock> blocks;

  private QueryingTransformer(QFormerConfig config, Weights weights) {
    int size = config.hiddenSize();
    this.config = config;
    this.queries = weights.getReshaped("queries", 1, config.queries(), size);
    this.texts =
        config.readsText() ? Optional.of(TextEmbedding.load(config, weights)) : Optional.empty();
    this.norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
    this.blocks =
        ParallelLoading.layers(
            config.layers(), i -> new QFormerBlock(config, i, weights.at("layers", i)));
  }

  /**
   * Reads queries and transformer under the names of BLIP-2's checkpoints: {@code query_tokens},
   * {@code qformer.*}, {@code embeddings.*}. They belong to the scope that is open.
   */
  public static QueryingTransformer load(QFormerConfig config, Weights weights) {
    return new QueryingTransformer(config, weights.mapped(QFormerNames.of(config)));
  }

  /**
   * Lets the queries read images, with a text in view.
   *
   * @param image features, float32 [B, S, D']
   * @param text its T tokens; none to look at the image alone
   * @return the states of the queries, float32 [B, N, D]
   * @throws InvalidPromptException if it reads no text, or not as much
   */
  public Tensor readImages(Tensor image, int... text) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = norm.forward(embed(image.size(0), text));
      for (QFormerBlock block : blocks) {
        hidden = block.forward(hidden, image);
      }
      Tensor last = hidden;
      Trace.record("qformer_last_hidden_state", () -> last);
      return scope.keep(last.narrow(1, 0, config.queries()).contiguous());
    }
  }

  /**
   * Reads a text alone, without the queries.
   *
   * @return float32 [1, T, D]
   * @throws InvalidPromptException if it reads no text, or not as much
   */
  public Tensor readText(int... text) {
    requireReadable(text);
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = norm.forward(texts.orElseThrow().forward(text));
      for (QFormerBlock block : blocks) {
        hidden = block.forwardText(hidden);
      }
      return scope.keep(hidden);
    }
  }

  /** Queries, then the text: [B, N + T, D]. */
  private Tensor embed(int batch, int... text) {
    int size = config.hiddenSize();
    Tensor repeated = queries.expand(batch, config.queries(), size);
    if (text.length == 0) {
      return repeated;
    }
    requireReadable(text);
    Tensor placed = texts.orElseThrow().forward(text);
    return Tensor.cat(1, repeated, placed.expand(batch, text.length, size));
  }

  private void requireReadable(int... text) {
    int most = config.readsText() ? config.maxPositions() : 0;
    if (text.length == 0 || text.length > most) {
      throw new InvalidPromptException(
          "the text has "
              + text.length
              + " tokens; the Q-Former reads "
              + (most == 0 ? "none" : "1 to " + most));
    }
  }

  private record TextEmbedding(Embedding words, PositionEmbedding positions, int size) {
    static TextEmbedding load(QFormerConfig config, Weights weights) {
      int size = config.hiddenSize();
      return new TextEmbedding(
          Embedding.load(weights.at("words"), config.vocabularySize(), size),
          PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0),
          size);
    }

    /** Tokens to [1, T, D]. */
    Tensor forward(int... text) {
      return positions.addTo(words.forward(text).view(1, text.length, size), 0);
    }
  }
}

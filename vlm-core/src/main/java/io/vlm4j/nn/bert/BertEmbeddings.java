package io.vlm4j.nn.bert;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** What BERT makes of tokens: the sum of word, position and segment. The norm comes after it. */
public final class BertEmbeddings {
  private final Embedding words;
  private final PositionEmbedding positions;
  private final Embedding segments;
  private final int maxPositions;

  private BertEmbeddings(
      Embedding words, PositionEmbedding positions, Embedding segments, int maxPositions) {
    this.words = words;
    this.positions = positions;
    this.segments = segments;
    this.maxPositions = maxPositions;
  }

  /** Reads {@code words}, {@code positions} and {@code segments}. */
  public static BertEmbeddings load(
      Weights weights, int vocabularySize, int maxPositions, int segments, int size) {
    return new BertEmbeddings(
        Embedding.load(weights.at("words"), vocabularySize, size),
        PositionEmbedding.load(weights.at("positions"), maxPositions, size, 0),
        Embedding.load(weights.at("segments"), segments, size),
        maxPositions);
  }

  /**
   * Embeds a text.
   *
   * @param ids its T tokens
   * @param segmentIds the segment of each, 0 for the first
   * @return float32 [1, T, D]
   * @throws InvalidPromptException if the text is empty or too long, or an id is not known
   */
  public Tensor forward(int[] ids, int[] segmentIds) {
    if (ids.length == 0 || ids.length > maxPositions) {
      throw new InvalidPromptException(
          "the text has " + ids.length + " tokens; the model reads 1 to " + maxPositions);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor sum = words.forward(ids).add(segments.forward(segmentIds));
      return scope.keep(positions.addTo(sum.view(1, ids.length, -1), 0));
    }
  }

  /** The table of the words [V, D], which the output layer may share. */
  public Tensor wordTable() {
    return words.table();
  }
}

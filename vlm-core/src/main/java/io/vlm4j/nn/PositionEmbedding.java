package io.vlm4j.nn;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** Learned absolute positions: a row of a table for each place in the sequence. */
public final class PositionEmbedding {
  private final Tensor table;
  private final int offset;

  private PositionEmbedding(Tensor table, int offset) {
    this.table = table;
    this.offset = offset;
  }

  /**
   * Reads {@code weight} [offset + positions, D].
   *
   * @param offset rows of the table before that of the first place
   */
  public static PositionEmbedding load(Weights weights, int positions, int size, int offset) {
    return new PositionEmbedding(
        weights.getFloat("weight", (long) positions + offset, size), offset);
  }

  /**
   * Adds positions to embeddings.
   *
   * @param x float32 [B, T, D]
   * @param start place of the first of the T
   * @return float32 [B, T, D]
   */
  public Tensor addTo(Tensor x, int start) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(x.add(table.narrow(0, (long) start + offset, x.size(1))));
    }
  }

  /**
   * Adds positions in any order to embeddings.
   *
   * @param x float32 [B, T, D]
   * @param positions the place of each, int64 [B, T]
   * @return float32 [B, T, D]
   */
  public Tensor addTo(Tensor x, Tensor positions) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor own = table.narrow(0, offset, (long) table.size(0) - offset);
      return scope.keep(x.add(own.select(0, positions.view(-1)).view(x.shape())));
    }
  }
}

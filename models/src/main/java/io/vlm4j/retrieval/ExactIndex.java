package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Compares a query with embeddings by one matrix product; they are memory-mapped. */
final class ExactIndex implements AutoCloseable {
  private final IndexHeader header;
  private final int rows;
  private final TensorScope scope;
  private final Tensor matrix;

  private ExactIndex(IndexHeader header, int rows, Path vectors, TensorScope scope) {
    this.header = header;
    this.rows = rows;
    this.scope = scope;
    this.matrix =
        Tensor.mapFile(
            vectors, 0, DType.FLOAT32, Math.multiplyFull(rows, header.count()), header.size());
  }

  /**
   * Maps the rows of a file; more may stand behind them.
   *
   * @param rows as many as there are whole, if the file was cut off
   */
  static ExactIndex open(IndexHeader header, int rows, Path vectors) {
    try {
      long whole = Files.size(vectors) / Math.multiplyFull(header.rowLength(), Float.BYTES);
      int mapped = (int) Math.min(rows, whole);
      return TensorScope.owning(scope -> new ExactIndex(header, mapped, vectors, scope));
    } catch (IOException e) {
      throw new InvalidIndexException("cannot read " + vectors + ": " + e.getMessage(), e);
    }
  }

  /**
   * The cosine of each row with a query: of the nearest pair of their vectors.
   *
   * @param query one vector after the other
   */
  float[] scores(float... query) {
    return rows == 0 ? new float[0] : best(matrix, query);
  }

  /** As {@link #scores}, of some rows. */
  float[] scoresOf(int[] chosen, float... query) {
    if (chosen.length == 0) {
      return new float[0];
    }
    int count = header.count();
    int[] vectors =
        Arrays.stream(chosen)
            .flatMap(row -> IntStream.range(row * count, (row + 1) * count))
            .toArray();
    try (TensorScope inner = TensorScope.open()) {
      return best(matrix.select(0, Tensor.ofIds(vectors)), query);
    }
  }

  @Override
  public void close() {
    scope.close();
  }

  private float[] best(Tensor vectors, float... query) {
    int columns = query.length / header.size();
    try (TensorScope inner = TensorScope.open()) {
      Tensor transposed = Tensor.of(query, columns, header.size()).transpose(0, 1);
      float[] cosines = vectors.matmul(transposed).toFloats();
      int each = header.count() * columns;
      float[] best = new float[cosines.length / each];
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < cosines.length; i++) {
        best[i / each] = Math.max(best[i / each], cosines[i]);
      }
      return best;
    }
  }
}

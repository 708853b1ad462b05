package io.vlm4j.nn;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** A table with a row for each id. */
public final class Embedding {
  private final Tensor table;
  private final int rows;

  private Embedding(Tensor table) {
    this.table = table;
    this.rows = table.size(0);
  }

  /** Reads {@code weight} [rows, D]; it stays mapped, and only the rows in use are ever read. */
  public static Embedding load(Weights weights, int rows, int size) {
    return new Embedding(weights.get("weight", rows, size).to(weights.placement().device()));
  }

  /**
   * As above, with {@code additional.weight} [additionalRows, D] after those rows; both are copied
   * to one table.
   */
  public static Embedding load(Weights weights, int rows, int additionalRows, int size) {
    if (additionalRows == 0) {
      return load(weights, rows, size);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor table =
          Tensor.cat(
              0,
              weights.get("weight", rows, size),
              weights.get("additional.weight", additionalRows, size));
      return new Embedding(scope.keep(table.to(weights.placement().device())));
    }
  }

  /**
   * The rows of some ids.
   *
   * @return float32 [T, D]
   */
  public Tensor forward(int... ids) {
    for (int id : ids) {
      if (id < 0 || id >= rows) {
        throw new InvalidPromptException(
            "token id "
                + id
                + " is outside the vocabulary of "
                + rows
                + " (0 to "
                + (rows - 1)
                + ")");
      }
    }
    return KernelLibrary.shared().call("embedding", table, Tensor.ofIds(ids));
  }

  /** The whole table [rows, D], as it is stored. */
  public Tensor table() {
    return table;
  }
}

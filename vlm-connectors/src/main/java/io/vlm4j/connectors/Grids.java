package io.vlm4j.connectors;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;

/** Patches in their places. */
final class Grids {
  private Grids() {}

  /** [B, rows, columns, D] as features in row-major order. */
  static ImageFeatures flatten(Tensor grid) {
    int rows = grid.size(1);
    int columns = grid.size(2);
    Tensor flat = grid.view(grid.size(0), (long) rows * columns, grid.size(3));
    return new ImageFeatures(flat, 0, rows, columns);
  }

  static void requireMultiple(String step, ImageFeatures features, int factor) {
    if (features.rows() % factor != 0 || features.columns() % factor != 0) {
      throw new InvalidImageException(
          step
              + " needs a grid of patches whose sides are multiples of "
              + factor
              + "; this image gave "
              + features.rows()
              + "x"
              + features.columns());
    }
  }
}

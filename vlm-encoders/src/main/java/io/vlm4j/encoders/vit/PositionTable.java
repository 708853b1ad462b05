package io.vlm4j.encoders.vit;

import io.vlm4j.encoders.vit.VitConfig.Positions;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.HashMap;
import java.util.Map;

/**
 * Positions for grids of patches, from a table that was learned for one size. Those of other grids
 * are kept with the encoder's weights, up to a number that bounds their memory.
 */
final class PositionTable {
  /** How many grids are kept; an encoder that sees more computes the others each time. */
  static final int MOST_GRIDS = 16;

  private final VitConfig config;
  private final Tensor learned;
  private final TensorScope parameters;
  private final Map<Grid, Tensor> others = new HashMap<>();
  private final Tensor trained;

  /**
   * Takes a table [1, prefix + side * side, D] as it was learned.
   *
   * @param parameters owns what is kept
   */
  PositionTable(VitConfig config, Tensor learned, TensorScope parameters) {
    this.config = config;
    this.learned = learned;
    this.parameters = parameters;
    int side = config.patchesPerSide();
    this.trained = config.positions() == Positions.FRACTIONAL ? fractional(side, side) : learned;
  }

  /** Positions [1, prefix + rows * columns, D]. */
  synchronized Tensor of(int rows, int columns) {
    int side = config.patchesPerSide();
    if (rows == side && columns == side) {
      return trained;
    }
    Grid grid = new Grid(rows, columns);
    Tensor known = others.get(grid);
    if (known != null) {
      return known;
    }
    Tensor positions =
        config.positions() == Positions.FRACTIONAL
            ? fractional(rows, columns)
            : interpolated(rows, columns);
    if (others.size() < MOST_GRIDS) {
      others.put(grid, parameters.take(positions));
    }
    return positions;
  }

  private Tensor fractional(int rows, int columns) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor places =
          KernelLibrary.shared()
              .call("fractional_positions", learned, rows, columns, config.patchesPerSide());
      return scope.keep(learned.select(1, places));
    }
  }

  /** Bicubic; the positions of tokens before the patches stay what they are. */
  private Tensor interpolated(int rows, int columns) {
    try (TensorScope scope = TensorScope.open()) {
      int side = config.patchesPerSide();
      int size = config.hiddenSize();
      int prefix = config.prefixTokens();
      Tensor table = learned.narrow(1, prefix, (long) side * side).view(side, side, size);
      Tensor resampled =
          KernelLibrary.shared()
              .call("interpolate_bicubic", table, rows, columns)
              .view(1, (long) rows * columns, size);
      return scope.keep(
          prefix == 0 ? resampled : Tensor.cat(1, learned.narrow(1, 0, prefix), resampled));
    }
  }

  private record Grid(int rows, int columns) {}
}

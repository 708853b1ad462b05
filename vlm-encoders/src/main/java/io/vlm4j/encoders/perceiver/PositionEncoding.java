package io.vlm4j.encoders.perceiver;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/** What tells the places of a grid apart. */
interface PositionEncoding {
  /** Width P of a place's encoding. */
  int size();

  /** The places of a grid, row by row: float32 [rows columns, P]. */
  Tensor forward(int rows, int columns);

  /**
   * A place from -1 to 1, then its sines and cosines at frequencies from 1 to half of the
   * resolution, for rows and columns.
   *
   * @param bands number of frequencies
   * @param resolution side of the largest grid, in places
   * @param device where the encoding is computed
   */
  record Fourier(int bands, int resolution, Device device) implements PositionEncoding {
    @Override
    public int size() {
      return 2 + 4 * bands;
    }

    @Override
    public Tensor forward(int rows, int columns) {
      return KernelLibrary.shared()
          .call(
              "fourier_positions", rows, columns, bands, resolution, resolution, device.toString());
    }
  }

  /**
   * A learned vector for each place, projected.
   *
   * @param table float32 [places, P]
   * @param projection from P to P
   */
  record Learned(Tensor table, Linear projection) implements PositionEncoding {
    /** Reads {@code table} [side * side, size] and {@code projection.*}. */
    static Learned load(Weights weights, int side, int size) {
      return new Learned(
          weights.getFloat("table", (long) side * side, size),
          Linear.load(weights.at("projection"), size, size, true));
    }

    @Override
    public int size() {
      return projection.outputSize();
    }

    @Override
    public Tensor forward(int rows, int columns) {
      if (rows * columns != table.size(0)) {
        throw new InvalidImageException(
            "an image of %d x %d pixels does not fit the %d learned positions; size in"
                    .formatted(rows, columns, table.size(0))
                + " preprocessor_config.json must agree with image_size in config.json");
      }
      return projection.forward(table);
    }
  }
}

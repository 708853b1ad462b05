package io.vlm4j.models.detr;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** Where the places of a feature map are: sines of their shares of the image, or learned tables. */
final class DetrPositions {
  /** Rows and columns of the learned tables. */
  private static final int LEARNED = 50;

  private final int size;
  private final Tensor rows;
  private final Tensor columns;

  /** Reads the tables, if there are any; they belong to the scope that is open. */
  DetrPositions(DetrConfig config, Weights weights) {
    this.size = config.size();
    boolean learned = config.learnedPositions();
    this.rows = learned ? weights.getFloat("positions.rows", LEARNED, size / 2) : null;
    this.columns = learned ? weights.getFloat("positions.columns", LEARNED, size / 2) : null;
  }

  /**
   * The positions.
   *
   * @param mask float32 [B, height, width], 1 where the image is
   * @return float32 [B, height width, D]
   */
  Tensor of(Tensor mask) {
    if (rows == null) {
      return KernelLibrary.shared().call("sine_positions", mask, size);
    }
    int batch = mask.size(0);
    int height = mask.size(1);
    int width = mask.size(2);
    if (height > LEARNED || width > LEARNED) {
      throw new InvalidImageException(
          "an image makes %d x %d places; the learned positions reach %d x %d"
              .formatted(width, height, LEARNED, LEARNED));
    }
    try (TensorScope scope = TensorScope.open()) {
      int half = size / 2;
      Tensor x = columns.narrow(0, 0, width).view(1, width, half).expand(height, -1, -1);
      Tensor y = rows.narrow(0, 0, height).view(height, 1, half).expand(-1, width, -1);
      Tensor places = Tensor.cat(2, x, y).view(1, (long) height * width, size);
      return scope.keep(places.expand(batch, -1, -1).contiguous());
    }
  }
}

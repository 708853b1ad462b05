package io.vlm4j.models.owl;

import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.nn.Norm;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;

/**
 * From images to patches that know the whole image.
 *
 * @param processor images to pixel values
 * @param padsToSquare boxes are shares of the padded image (OWLv2), not of the image
 * @param encoder CLIP's tower; it is another's to close
 * @param norm of the tower's last hidden state
 * @param mergedNorm of what patches and class token make together
 * @param device where it computes
 */
record OwlVision(
    ImageProcessor processor,
    boolean padsToSquare,
    VisionEncoder encoder,
    Norm norm,
    Norm mergedNorm,
    Device device) {
  /**
   * Patches of one image.
   *
   * @param features [rows * columns, D]
   */
  record Patches(Tensor pixelValues, Tensor features, int rows, int columns) {}

  /** Each patch times the class token: [1, 1 + P, D] to [P, D]. */
  Patches patches(Image image) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor pixelValues = PixelBatch.of(List.of(processor.process(image)), device);
      Trace.record("pixel_values", () -> pixelValues);
      ImageFeatures encoded = encoder.encode(pixelValues, FeatureSelection.LAST);
      int rows = encoded.rows();
      int columns = encoded.columns();
      Tensor states = norm.forward(encoded.hiddenStates());
      Tensor classToken = states.narrow(1, 0, 1);
      Tensor patches = states.narrow(1, 1, (long) rows * columns);
      Tensor merged = mergedNorm.forward(patches.mul(classToken));
      Trace.record("image_embeds", () -> merged.view(rows, columns, encoder.hiddenSize()));
      Tensor features = merged.view((long) rows * columns, encoder.hiddenSize());
      return new Patches(scope.keep(pixelValues), scope.keep(features), rows, columns);
    }
  }

  /** Pixels that a box of width 1 spans. */
  int boxWidth(Image image) {
    return padsToSquare ? Math.max(image.width(), image.height()) : image.width();
  }

  /** Pixels that a box of height 1 spans. */
  int boxHeight(Image image) {
    return padsToSquare ? Math.max(image.width(), image.height()) : image.height();
  }
}

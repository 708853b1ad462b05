package io.vlm4j.models.rcnn;

import static io.vlm4j.models.rcnn.Convolutions.length;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.FiniteNumbers;
import io.vlm4j.detect.Mask;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/** From a region's grid to a small mask of its class, and from there into the image. */
final class MaskHead {
  private final Convolutions convolutions;
  private final Tensor upscaleWeight;
  private final Tensor upscaleBias;
  private final Convolution logits;

  /** Reads the head; the tensors belong to the scope that is open. */
  MaskHead(Weights weights, int width, int classCount) {
    this.convolutions = Convolutions.load(weights, "mask_head", width);
    Weights predictor = weights.at("mask_predictor");
    int reduced = length(predictor, "upscale.weight", 1);
    this.upscaleWeight =
        predictor.getFloat("upscale.weight", convolutions.outputs(), reduced, 2, 2);
    this.upscaleBias = predictor.getFloat("upscale.bias", reduced);
    int masks = length(predictor, "logits.weight", 0);
    if (masks != classCount) {
      throw new InvalidModelException(
          "%s has masks of %d classes; the boxes have %d"
              .formatted(predictor.describe("logits.weight"), masks, classCount));
    }
    this.logits =
        Convolution.load(
            predictor.at("logits"), Convolution.Shape.of(reduced, masks, 1), Activation.IDENTITY);
  }

  /**
   * The mask of each region's class.
   *
   * @param regions float32 [N, C, rows, columns]
   * @param labels [N]
   * @return float32 [N, 2 rows, 2 columns], probabilities
   */
  Tensor masks(Tensor regions, long[] labels) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor upscaled =
          KernelLibrary.shared()
              .call("upscale", convolutions.forward(regions), upscaleWeight, upscaleBias);
      Tensor chosen =
          KernelLibrary.shared().call("to_device_of", Tensor.of(labels, labels.length), regions);
      return scope.keep(
          KernelLibrary.shared().call("mask_of_label", logits.forward(upscaled), chosen));
    }
  }

  /**
   * Stretches a mask over its box. A border of one place lets it fade out.
   *
   * @param mask float32 [M, M]
   * @param box in pixels of the image
   */
  static Mask paste(Tensor mask, Box box, int imageWidth, int imageHeight) {
    int side = mask.size(-1);
    float scale = (float) ((double) (side + 2) / side);
    float halfWidth = (box.xMax() - box.xMin()) * 0.5f * scale;
    float halfHeight = (box.yMax() - box.yMin()) * 0.5f * scale;
    float x = (box.xMax() + box.xMin()) * 0.5f;
    float y = (box.yMax() + box.yMin()) * 0.5f;
    int left = (int) (x - halfWidth);
    int top = (int) (y - halfHeight);
    int right = (int) (x + halfWidth) + 1;
    int bottom = (int) (y + halfHeight) + 1;
    int firstX = Math.max(left, 0);
    int firstY = Math.max(top, 0);
    int width = Math.max(0, Math.min(right, imageWidth) - firstX);
    int height = Math.max(0, Math.min(bottom, imageHeight) - firstY);
    try (TensorScope scope = TensorScope.open()) {
      Tensor stretched =
          KernelLibrary.shared()
              .call("stretch_mask", mask, Math.max(bottom - top, 1), Math.max(right - left, 1));
      Tensor visible =
          stretched.narrow(0, (long) firstY - top, height).narrow(1, (long) firstX - left, width);
      return new Mask(firstX, firstY, width, height, FiniteNumbers.require(visible.toFloats()));
    }
  }
}

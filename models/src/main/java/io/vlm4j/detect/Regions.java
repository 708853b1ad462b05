package io.vlm4j.detect;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.tensor.Tensor;
import java.util.List;

/**
 * The parts of an image that a {@link RegionEncoder} found: where each is, what stands for it, and
 * what it may be. The tensors belong to the {@link io.vlm4j.tensor.TensorScope} that was open when
 * they were made.
 *
 * @param features float32 [N, D], a vector for each region
 * @param boxes N rectangles in pixels of the image
 * @param classProbabilities float32 [N, C], over the encoder's classes, its background or "no
 *     object" among them
 * @param imageWidth in pixels
 * @param imageHeight in pixels
 */
public record Regions(
    Tensor features, List<Box> boxes, Tensor classProbabilities, int imageWidth, int imageHeight) {
  /**
   * Checks that the parts agree.
   *
   * @throws InvalidPromptException if they are of different numbers of regions, or the image has no
   *     size
   */
  public Regions {
    boxes = List.copyOf(boxes);
    if (features.rank() != 2
        || features.size(0) != boxes.size()
        || classProbabilities.rank() != 2
        || classProbabilities.size(0) != boxes.size()) {
      throw new InvalidPromptException(
          "%d boxes with features of shape %s and class probabilities of shape %s; expected [N, D] and [N, C]"
              .formatted(
                  boxes.size(),
                  java.util.Arrays.toString(features.shape()),
                  java.util.Arrays.toString(classProbabilities.shape())));
    }
    if (imageWidth < 1 || imageHeight < 1) {
      throw new InvalidPromptException(
          "the image of the regions is " + imageWidth + " x " + imageHeight + " pixels");
    }
  }

  /** How many regions there are; an image may have none. */
  public int count() {
    return boxes.size();
  }
}

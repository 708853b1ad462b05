package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/** An encoder that also summarises an image in one vector. */
public interface PooledVisionEncoder extends VisionEncoder {
  /**
   * The summary of the images, as the checkpoint's own head defines it.
   *
   * @param features the last hidden state with all its tokens
   * @return float32 [B, D]
   */
  Tensor pool(ImageFeatures features);
}

package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/**
 * Turns images into sequences of features. Immutable and thread-safe.
 *
 * <p>Tensors that are returned belong to the caller's {@link io.vlm4j.tensor.TensorScope}.
 */
public interface VisionEncoder extends AutoCloseable {
  /** Width D of the features of one layer. */
  int hiddenSize();

  /** Number of blocks. */
  int layerCount();

  /** Side in pixels of the square images that the encoder was trained on. */
  int imageSize();

  /**
   * Encodes images.
   *
   * @param pixelValues float32 [B, 3, H, W], normalised as the checkpoint's preprocessing says
   * @throws io.vlm4j.error.VlmException if the encoder cannot take images of that size
   */
  ImageFeatures encode(Tensor pixelValues, FeatureSelection selection);

  @Override
  void close();
}

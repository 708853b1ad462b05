package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/**
 * Maps an encoder's features to what a language model takes. Immutable and thread-safe; knows
 * neither encoder nor language model, only their widths.
 */
public interface Connector extends AutoCloseable {
  /** Width of the features that come in. */
  int inputSize();

  /** Width of the embeddings that go out. */
  int outputSize();

  /**
   * Connects.
   *
   * @param features of {@link #inputSize()}
   * @return float32 [B, N, outputSize]
   */
  Tensor connect(ImageFeatures features);

  @Override
  void close();
}

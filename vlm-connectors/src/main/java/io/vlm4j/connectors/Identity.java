package io.vlm4j.connectors;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;

/**
 * Passes features on as they are, for decoders that attend to an encoder of their own width.
 *
 * @param inputSize width of the features
 */
public record Identity(int inputSize) implements Connector {
  @Override
  public int outputSize() {
    return inputSize;
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    // A view is the caller's own handle, whoever closes the features.
    return features.hiddenStates().view(features.hiddenStates().shape());
  }

  @Override
  public void close() {}
}

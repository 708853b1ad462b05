package io.vlm4j.connectors;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/** Averages blocks of factor x factor patches, then connects. */
public final class AveragePooling implements Connector {
  private final int factor;
  private final Connector next;

  /**
   * @param factor patches along one side of a block
   * @param next takes the averages; closed with this connector
   */
  public AveragePooling(int factor, Connector next) {
    this.factor = factor;
    this.next = next;
  }

  @Override
  public int inputSize() {
    return next.inputSize();
  }

  @Override
  public int outputSize() {
    return next.outputSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    Grids.requireMultiple("average pooling", features, factor);
    try (TensorScope scope = TensorScope.open()) {
      Tensor pooled = KernelLibrary.shared().call("average_pool", features.grid(), factor);
      return scope.keep(next.connect(Grids.flatten(pooled)));
    }
  }

  @Override
  public void close() {
    next.close();
  }
}

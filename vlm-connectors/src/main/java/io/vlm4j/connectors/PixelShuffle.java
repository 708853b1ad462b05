package io.vlm4j.connectors;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/**
 * Trades places for features, then connects: each block of factor x factor patches becomes one of
 * factor^2 D features. [B, T, D] to [B, T / factor^2, D'].
 *
 * @see <a href="https://arxiv.org/abs/2408.12637">Idefics3: building and better understanding
 *     vision-language models</a>
 */
public final class PixelShuffle implements Connector {
  private final int factor;
  private final Connector next;

  /**
   * @param factor patches along one side of a block
   * @param next takes the joined features; closed with this connector
   */
  public PixelShuffle(int factor, Connector next) {
    if (factor < 1 || next.inputSize() % (factor * factor) != 0) {
      throw new InvalidModelException(
          "pixel shuffle by "
              + factor
              + " does not fit a projection of width "
              + next.inputSize()
              + ": it must be a multiple of "
              + factor * factor);
    }
    this.factor = factor;
    this.next = next;
  }

  @Override
  public int inputSize() {
    return next.inputSize() / (factor * factor);
  }

  @Override
  public int outputSize() {
    return next.outputSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    Grids.requireMultiple("pixel shuffle", features, factor);
    try (TensorScope scope = TensorScope.open()) {
      Tensor shuffled = KernelLibrary.shared().call("pixel_shuffle", features.grid(), factor);
      return scope.keep(next.connect(Grids.flatten(shuffled)));
    }
  }

  @Override
  public void close() {
    next.close();
  }
}

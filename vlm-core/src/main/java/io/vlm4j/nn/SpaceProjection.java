package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * A projection onto the unit sphere of a space that images share with texts, so that the dot
 * product of two results is the cosine of their angle.
 */
public final class SpaceProjection {
  private final Linear linear;

  private SpaceProjection(Linear linear) {
    this.linear = linear;
  }

  /** Reads {@code weight} [E, D] and {@code bias} [E]. */
  public static SpaceProjection load(Weights weights, int size, int spaceSize) {
    return new SpaceProjection(Linear.load(weights, size, spaceSize, true));
  }

  /**
   * Projects.
   *
   * @param x float32 [..., D]
   * @return float32 [..., E] of length 1
   */
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(normalized(linear.forward(x)));
    }
  }

  /** Vectors of length 1 in the direction of these: [..., E] to [..., E]. */
  public static Tensor normalized(Tensor x) {
    return KernelLibrary.shared().call("l2_normalize", x);
  }
}

package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * A learned bias on the scores for each head and each bucket of distances.
 *
 * @see <a href="https://arxiv.org/abs/1910.10683">T5</a>
 */
public final class RelativePositionBias {
  private final Tensor table;
  private final int maxDistance;

  private RelativePositionBias(Tensor table, int maxDistance) {
    this.table = table;
    this.maxDistance = maxDistance;
  }

  /**
   * Reads {@code weight} [buckets, heads].
   *
   * @param maxDistance from here on all distances share a bucket
   */
  public static RelativePositionBias load(
      Weights weights, int buckets, int heads, int maxDistance) {
    return new RelativePositionBias(weights.getFloat("weight", buckets, heads), maxDistance);
  }

  /** Biases of T positions that all see each other, float32 [1, heads, T, T]. */
  public Tensor bidirectional(int length) {
    return bias(0, length, true);
  }

  /**
   * As {@link #bidirectional(int)}, where only the first {@code placed} positions have a place: the
   * biases of the others, and to them, are 0.
   */
  public Tensor bidirectional(int length, int placed) {
    if (length == placed) {
      return bidirectional(length);
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          KernelLibrary.shared().call("pad_bias", bidirectional(placed), length - placed));
    }
  }

  /**
   * Biases of {@code count} positions from {@code start} on that see those before them; the lowest
   * number where they may not look. Float32 [1, heads, count, start + count].
   */
  public Tensor causal(int start, int count) {
    return bias(start, count, false);
  }

  private Tensor bias(int start, int count, boolean bidirectional) {
    int exact = table.size(0) / (bidirectional ? 4 : 2);
    double logRange = Math.log((double) maxDistance / exact);
    return KernelLibrary.shared()
        .call("relative_position_bias", table, start, count, bidirectional, logRange);
  }
}

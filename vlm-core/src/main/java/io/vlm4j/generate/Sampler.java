package io.vlm4j.generate;

import java.util.SplittableRandom;

/**
 * Draws tokens by their probabilities. The same seed gives the same draws on every machine; the
 * stream is {@link SplittableRandom}'s, not PyTorch's, so a seed chooses other tokens there.
 */
final class Sampler {
  private final SplittableRandom random;

  Sampler(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Draws an index with the probabilities that the scores' softmax gives. */
  int draw(float[] scores) {
    float[] probabilities = Softmax.probabilities(scores);
    double total = 0;
    for (float probability : probabilities) {
      total += probability;
    }
    double point = random.nextDouble() * total;
    int last = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > 0) {
        last = i;
        point -= probabilities[i];
        if (point < 0) {
          return i;
        }
      }
    }
    return last; // rounding can leave a little of the point
  }
}

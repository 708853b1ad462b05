package io.vlm4j.generate;

import io.vlm4j.error.TensorException;

/** Softmax of a row of logits, summed in float64. */
final class Softmax {
  private Softmax() {}

  /** Probabilities of a row; negative infinity has none. */
  static float[] probabilities(float[] scores) {
    double logSumExp = logSumExp(scores);
    float[] probabilities = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > Float.NEGATIVE_INFINITY) {
        probabilities[i] = (float) Math.exp(scores[i] - logSumExp);
      }
    }
    return probabilities;
  }

  /** The logarithm of the sum of the exponentials. */
  static double logSumExp(float[] scores) {
    float max = scores[Ranking.argmax(scores)];
    if (Float.isInfinite(max)) {
      throw new TensorException(
          max > 0
              ? "the model produced infinite logits; try another --dtype, fp32 is the safest"
              : "no token is left to choose from; loosen noRepeatNgramSize or minNewTokens");
    }
    double sum = 0;
    for (float score : scores) {
      if (score > Float.NEGATIVE_INFINITY) {
        sum += Math.exp((double) score - max);
      }
    }
    return max + Math.log(sum);
  }
}

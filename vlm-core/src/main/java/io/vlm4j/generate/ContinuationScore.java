package io.vlm4j.generate;

/**
 * How likely a model finds a text as the continuation of a prompt.
 *
 * @param text the continuation
 * @param logLikelihood sum of the log-probabilities of its tokens, natural logarithm, at most 0
 * @param tokens number of its tokens, at least 1
 */
public record ContinuationScore(String text, double logLikelihood, int tokens) {
  /** The mean log-probability of a token, by which texts of different lengths compare. */
  public double perToken() {
    return logLikelihood / tokens;
  }
}

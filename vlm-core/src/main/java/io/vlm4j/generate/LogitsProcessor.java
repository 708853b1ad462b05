package io.vlm4j.generate;

/** Changes the scores of the next token. */
@FunctionalInterface
interface LogitsProcessor {
  /**
   * Changes the scores in place.
   *
   * @param ids the sequence so far: the prompt's ids, then the new ones
   * @param newTokens how many of the ids are new
   * @param scores a score for each token of the vocabulary
   */
  void process(int[] ids, int newTokens, float[] scores);
}

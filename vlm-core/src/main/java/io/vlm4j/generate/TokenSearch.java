package io.vlm4j.generate;

/** Looks for one sequence, alone or among several that run side by side. */
interface TokenSearch extends TokenSteps {
  /** Ends the search: the best sequence, with its score if there is one. */
  Outcome finish();

  /**
   * A search's answer.
   *
   * @param transcript the best sequence
   * @param score its score, or NaN
   */
  record Outcome(Transcript transcript, float score) {}
}

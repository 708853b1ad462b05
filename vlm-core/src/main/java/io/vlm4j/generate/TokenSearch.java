package io.vlm4j.generate;

import io.vlm4j.tensor.Tensor;

/** Chooses tokens from logits, for one or several sequences that run side by side. */
interface TokenSearch {
  /**
   * Takes the logits of the running sequences' next tokens and chooses.
   *
   * @param logits float32 [B, V], a row for each running sequence; [1, V] the first time
   * @return whether the search goes on
   */
  boolean advance(Tensor logits);

  /** The last token of each running sequence, to be fed to the model. */
  int[] tokens();

  /** For each running sequence, the row of the decode state that {@link #tokens} continues. */
  int[] parents();

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

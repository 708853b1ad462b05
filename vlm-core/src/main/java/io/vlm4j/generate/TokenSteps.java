package io.vlm4j.generate;

import io.vlm4j.tensor.Tensor;

/** Chooses tokens from logits, step by step, for one or several sequences that run side by side. */
interface TokenSteps {
  /**
   * Takes the logits of the running sequences' next tokens and chooses.
   *
   * @param logits float32 [B, V], a row for each running sequence; [1, V] the first time
   * @return whether any sequence goes on
   */
  boolean advance(Tensor logits);

  /** The last token of each running sequence, to be fed to the model. */
  int[] tokens();

  /** For each running sequence, the row of the decode state that {@link #tokens} continues. */
  int[] parents();
}

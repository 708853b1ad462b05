package io.vlm4j.generate;

/** When beam search ends; the values of Hugging Face's {@code early_stopping}. */
public enum EarlyStopping {
  /**
   * Ends when the best running beam, scored at its present length, is no better than the worst of
   * the finished ones. The default.
   */
  FALSE,
  /** Ends as soon as there are as many finished sequences as beams. */
  TRUE,
  /**
   * Ends when no running beam can become better: as {@link #FALSE}, but a positive length penalty
   * scores the running beam at the longest length that it may reach.
   */
  NEVER
}

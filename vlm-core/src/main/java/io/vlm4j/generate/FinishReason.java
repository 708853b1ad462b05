package io.vlm4j.generate;

/** Why a generation ended. */
public enum FinishReason {
  /** The model produced an end-of-sequence token. */
  EOS,
  /** The limit of new tokens, or the model's context, was reached. */
  LENGTH,
  /** One of the stop strings appeared in the text. */
  STOP_STRING,
  /** The {@link CancellationToken} was cancelled. */
  CANCELLED
}

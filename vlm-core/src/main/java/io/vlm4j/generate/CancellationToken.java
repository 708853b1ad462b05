package io.vlm4j.generate;

/**
 * Stops generations from outside. Any thread may cancel; a generation that carries the token ends
 * within one step of the model, with what it has and {@link FinishReason#CANCELLED}.
 */
public final class CancellationToken {
  private volatile boolean cancelled;

  /** Asks the generations that carry this token to stop; there is no way back. */
  public void cancel() {
    cancelled = true;
  }

  /** True once {@link #cancel()} was called. */
  public boolean isCancelled() {
    return cancelled;
  }
}

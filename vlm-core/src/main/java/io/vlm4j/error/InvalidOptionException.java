package io.vlm4j.error;

/** An option outside its range, or options that contradict each other. */
public final class InvalidOptionException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidOptionException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidOptionException(String message, Throwable cause) {
    super(message, cause);
  }
}

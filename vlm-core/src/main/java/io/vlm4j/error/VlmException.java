package io.vlm4j.error;

/** Root of all errors that this library reports; the message is one line for the user. */
public class VlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public VlmException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public VlmException(String message, Throwable cause) {
    super(message, cause);
  }
}

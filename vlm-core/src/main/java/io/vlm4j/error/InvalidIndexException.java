package io.vlm4j.error;

/** An index of images is damaged, cannot be written, or was made with another model. */
public final class InvalidIndexException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidIndexException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidIndexException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.vlm4j.error;

/** An image that cannot be read, is damaged, or is larger than the limit. */
public final class InvalidImageException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidImageException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidImageException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.vlm4j.error;

/** A prompt that does not fit the model: empty, too long, or with the wrong number of images. */
public final class InvalidPromptException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidPromptException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidPromptException(String message, Throwable cause) {
    super(message, cause);
  }
}

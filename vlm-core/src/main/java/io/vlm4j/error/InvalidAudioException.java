package io.vlm4j.error;

/** Audio that cannot be read, is damaged, or is too short or longer than the limit. */
public final class InvalidAudioException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidAudioException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidAudioException(String message, Throwable cause) {
    super(message, cause);
  }
}

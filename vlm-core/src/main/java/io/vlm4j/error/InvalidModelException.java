package io.vlm4j.error;

/** A model folder, configuration or weight file that is missing, damaged or inconsistent. */
public class InvalidModelException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidModelException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

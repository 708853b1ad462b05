package io.vlm4j.error;

/** A file of a data set, or a service's reply, that is missing, damaged or not of its format. */
public final class InvalidDataException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public InvalidDataException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }
}

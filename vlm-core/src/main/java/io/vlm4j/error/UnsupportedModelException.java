package io.vlm4j.error;

/** A well-formed model of an architecture, type or format that this library does not have. */
public final class UnsupportedModelException extends InvalidModelException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public UnsupportedModelException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.vlm4j.error;

/** A tensor operation that the backend refused: shapes, data types or memory. */
public final class TensorException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public TensorException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public TensorException(String message, Throwable cause) {
    super(message, cause);
  }
}

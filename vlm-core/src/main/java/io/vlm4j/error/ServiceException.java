package io.vlm4j.error;

/** A service on the network that cannot be reached, refuses, or answers what makes no sense. */
public final class ServiceException extends VlmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line: what was found, what is allowed, what to do next
   */
  public ServiceException(String message) {
    super(message);
  }

  /**
   * @param message one line: what was found, what is allowed, what to do next
   * @param cause the failure underneath
   */
  public ServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}

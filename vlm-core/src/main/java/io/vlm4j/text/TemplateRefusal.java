package io.vlm4j.text;

/** What a template's {@code raise_exception} throws; the engine makes a typed error of it. */
final class TemplateRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateRefusal(String message) {
    super(message);
  }
}

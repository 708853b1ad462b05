package io.vlm4j.generate;

/** The text of one sequence: ids go in, text comes out that ends before the first stop string. */
final class TextStream {
  private final TokenDecoder decoder;
  private final StopStrings stopStrings;

  TextStream(TokenDecoder decoder, StopStrings stopStrings) {
    this.decoder = decoder;
    this.stopStrings = stopStrings;
  }

  /** Takes the next id; returns the text that is now certain. */
  String push(int id) {
    return stopStrings.push(decoder.push(id));
  }

  /** Ends the sequence; returns the text held back. */
  String finish() {
    return stopStrings.push(decoder.finish()) + stopStrings.finish();
  }

  /** True once a stop string has appeared. */
  boolean stopped() {
    return stopStrings.found();
  }
}

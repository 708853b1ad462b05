package io.vlm4j.generate;

/**
 * Receives tokens on the generating thread, as they are chosen; with beam search, all of the best
 * sequence at the end. The texts of one generation, joined, are {@link Generation#text()}. An
 * exception ends the generation and reaches its caller.
 */
@FunctionalInterface
public interface TokenListener {
  /** Receives one token. */
  void onToken(GeneratedToken token);
}

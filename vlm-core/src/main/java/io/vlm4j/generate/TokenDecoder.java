package io.vlm4j.generate;

/**
 * Turns the ids of one sequence into text as they arrive. An instance serves one generation, so it
 * may keep incomplete characters; it is not thread-safe.
 */
public interface TokenDecoder {
  /** Takes the next id; returns the text that is now certain, often empty. */
  String push(int id);

  /** Ends the sequence; returns the text held back so far. */
  String finish();
}

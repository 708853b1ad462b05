package io.vlm4j.text;

/**
 * Turns ids into text as they arrive, for streaming.
 *
 * <p>All that {@link #push} and {@link #finish} return, put together, equals {@link
 * Tokenizer#decode} of all ids. What later ids could still change is held back: half a character, a
 * run of byte pieces, or the last word where spaces are cleaned up. One instance serves one
 * sequence and one thread.
 */
public interface IncrementalDecoder {

  /** Takes the next id; returns the text that is now certain, often empty. */
  String push(int id);

  /** Ends the sequence; returns the text held back so far. Nothing may be pushed afterwards. */
  String finish();
}

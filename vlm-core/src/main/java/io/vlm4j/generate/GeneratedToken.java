package io.vlm4j.generate;

/**
 * One token, as it is streamed.
 *
 * @param id the token's id
 * @param text the text that became certain with it; empty while a character is incomplete, while
 *     the text could become a stop string, and for an end-of-sequence token with nothing held back
 * @param index place among the new tokens, from 0
 */
public record GeneratedToken(int id, String text, int index) {}

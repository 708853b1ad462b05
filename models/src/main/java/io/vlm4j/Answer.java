package io.vlm4j;

/**
 * An answer to a question.
 *
 * @param text the answer
 * @param probability from 0 to 1, how likely the model takes it to be
 */
public record Answer(String text, double probability) {}

package io.vlm4j.detect;

/**
 * Something that was found in an image.
 *
 * @param label what it is
 * @param labelId the label's place among those that were asked for, or in the model's configuration
 * @param score from 0 to 1
 * @param box where it is
 */
public record Detection(String label, int labelId, float score, Box box) {}

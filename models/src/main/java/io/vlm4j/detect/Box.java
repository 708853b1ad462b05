package io.vlm4j.detect;

/**
 * A rectangle in pixels of the image as it was given; it may reach beyond the image.
 *
 * @param xMin left edge
 * @param yMin upper edge
 * @param xMax right edge
 * @param yMax lower edge
 */
public record Box(float xMin, float yMin, float xMax, float yMax) {}

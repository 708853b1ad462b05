package io.vlm4j.detect;

import io.vlm4j.error.InvalidOptionException;

/**
 * Which detections count.
 *
 * @param threshold least score, 0 to 1
 * @param overlap of two boxes that overlap more, by intersection over union, only the better one
 *     counts; 1 keeps both. Used where one thing is looked for ({@link
 *     OpenVocabularyDetector#detectLike}), and for each class of an {@link ObjectDetector} by
 *     itself
 */
public record DetectionOptions(double threshold, double overlap) {
  /** A threshold of 0.1, an overlap of 0.3. */
  public static final DetectionOptions DEFAULT = new DetectionOptions(0.1, 0.3);

  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a number is not within 0 and 1
   */
  public DetectionOptions {
    requireShare("threshold", threshold);
    requireShare("overlap", overlap);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidOptionException(name + " is " + value + "; expected 0 to 1");
    }
  }
}

package io.vlm4j.detect;

import java.util.Optional;

/**
 * Something that was found in an image.
 *
 * @param label what it is
 * @param labelId the label's place among those that were asked for, or in the model's configuration
 * @param score from 0 to 1
 * @param box where it is
 * @param mask which pixels it covers, of models that tell
 */
public record Detection(String label, int labelId, float score, Box box, Optional<Mask> mask) {
  /** Without a mask. */
  public Detection(String label, int labelId, float score, Box box) {
    this(label, labelId, score, box, Optional.empty());
  }
}

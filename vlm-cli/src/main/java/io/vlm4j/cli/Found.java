package io.vlm4j.cli;

import io.vlm4j.detect.Detection;
import java.util.Optional;

/**
 * What is shown of a detection.
 *
 * @param mask which of the image's pixels belong to it, if the detector says so
 */
record Found(Detection detection, Optional<Mask> mask) {
  Found(Detection detection) {
    this(detection, Optional.empty());
  }

  /** Pixels of an image. */
  @FunctionalInterface
  interface Mask {
    /** True if the pixel belongs to the thing. */
    boolean covers(int x, int y);
  }
}

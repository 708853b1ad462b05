package io.vlm4j.models.rcnn;

import io.vlm4j.detect.BoxList;
import io.vlm4j.error.InvalidModelException;

/** Boxes out of arrays, and the check that they are numbers. */
final class Numbers {
  private Numbers() {}

  static BoxList.Entry entry(int source, int group, float score, float[] corners, int at) {
    return new BoxList.Entry(
        source, group, score, corners[at], corners[at + 1], corners[at + 2], corners[at + 3]);
  }

  static BoxList.Entry checked(BoxList.Entry box) {
    if (!box.isFinite()) {
      throw notNumbers();
    }
    return box;
  }

  static float[] checked(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw notNumbers();
      }
    }
    return values;
  }

  private static InvalidModelException notNumbers() {
    return new InvalidModelException(
        "the detector's scores or boxes are not numbers (NaN): its weights are damaged, or its"
            + " precision is too low; try fp32");
  }
}

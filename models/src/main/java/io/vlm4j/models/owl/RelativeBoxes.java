package io.vlm4j.models.owl;

import io.vlm4j.detect.Box;

/** Corners of boxes as shares of the image: [count][xMin, yMin, xMax, yMax]. */
final class RelativeBoxes {
  private final float[][] corners;

  /**
   * Takes boxes [count, 4] of centre, width and height.
   *
   * @throws io.vlm4j.error.InvalidModelException if one is not numbers
   */
  RelativeBoxes(float[] centred) {
    for (float value : centred) {
      OwlSelection.requireNumber(value);
    }
    this.corners = new float[centred.length / 4][];
    for (int i = 0; i < corners.length; i++) {
      float halfWidth = 0.5f * centred[4 * i + 2];
      float halfHeight = 0.5f * centred[4 * i + 3];
      float x = centred[4 * i];
      float y = centred[4 * i + 1];
      corners[i] = new float[] {x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight};
    }
  }

  int count() {
    return corners.length;
  }

  /** A box in pixels. */
  Box inPixels(int index, int width, int height) {
    float[] c = corners[index];
    return new Box(c[0] * width, c[1] * height, c[2] * width, c[3] * height);
  }

  /** Intersection over union of two of the boxes. */
  double overlap(int a, int b) {
    return overlap(corners[a], corners[b]);
  }

  /** Intersection over union of each box with the whole image. */
  double[] overlapsWithImage() {
    float[] whole = {0, 0, 1, 1};
    double[] overlaps = new double[corners.length];
    for (int i = 0; i < overlaps.length; i++) {
      overlaps[i] = overlap(whole, corners[i]);
    }
    return overlaps;
  }

  private static double overlap(float[] a, float[] b) {
    double shared =
        Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]))
            * (double) Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    return shared / (area(a) + area(b) - shared);
  }

  private static double area(float[] box) {
    return (double) (box[2] - box[0]) * (box[3] - box[1]);
  }
}

package io.vlm4j.image;

import java.util.Random;

/** Pictures for tests, and how far two of them are apart. */
final class Images {
  private Images() {}

  /** The largest difference of two samples at the same place; both pictures have one size. */
  static int largestDifference(Image a, Image b) {
    byte[] left = a.samples();
    byte[] right = b.samples();
    int worst = 0;
    for (int i = 0; i < left.length; i++) {
      worst = Math.max(worst, Math.abs((left[i] & 0xFF) - (right[i] & 0xFF)));
    }
    return worst;
  }

  /** Uniform noise. */
  static Image noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return Image.ofRgb(width, height, rgb);
  }
}

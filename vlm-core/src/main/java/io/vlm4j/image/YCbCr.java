package io.vlm4j.image;

/** Luma and chroma to RGB (ITU-R BT.601, full range), rounded as libjpeg rounds. */
final class YCbCr {
  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int chroma = i - 128;
      RED_OF_CR[i] = (fixed(1.40200) * chroma + HALF) >> BITS;
      BLUE_OF_CB[i] = (fixed(1.77200) * chroma + HALF) >> BITS;
      GREEN_OF_CR[i] = -fixed(0.71414) * chroma;
      GREEN_OF_CB[i] = -fixed(0.34414) * chroma + HALF;
    }
  }

  private YCbCr() {}

  /**
   * Writes one pixel.
   *
   * @return the index after the pixel
   */
  static int toRgb(int luma, int cb, int cr, byte[] rgb, int at) {
    rgb[at] = clip(luma + RED_OF_CR[cr]);
    rgb[at + 1] = clip(luma + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> BITS));
    rgb[at + 2] = clip(luma + BLUE_OF_CB[cb]);
    return at + 3;
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}

package io.vlm4j.image;

/** Printing inks to RGB by the plain formula that Pillow uses; no colour profile. */
final class Cmyk {
  private Cmyk() {}

  /**
   * Writes one pixel.
   *
   * @return the index after the pixel
   */
  static int toRgb(int cyan, int magenta, int yellow, int black, byte[] rgb, int at) {
    int white = 255 - black;
    rgb[at] = (byte) Math.max(0, white - scale(cyan, white));
    rgb[at + 1] = (byte) Math.max(0, white - scale(magenta, white));
    rgb[at + 2] = (byte) Math.max(0, white - scale(yellow, white));
    return at + 3;
  }

  /** {@code a * b / 255}, rounded. */
  private static int scale(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}

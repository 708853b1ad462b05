package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The stored samples of a decoded picture as RGB.
 *
 * <p>{@link BufferedImage#getRGB} would convert between colour spaces; its linear gray space makes
 * gray pictures brighter than they are stored. Only palettes are looked up here.
 */
final class Samples {
  private Samples() {}

  /**
   * Converts a picture.
   *
   * @param origin what errors call it
   */
  static Image toRgb(BufferedImage image, String origin) {
    ColorModel colors = image.getColorModel();
    Raster raster = image.getRaster();
    if (colors instanceof IndexColorModel palette) {
      return lookUp(raster, palette);
    }
    int[] bits = raster.getSampleModel().getSampleSize();
    for (int width : bits) {
      if (width > 16) {
        throw new InvalidImageException(
            "%s has %d-bit samples; at most 16 bits are supported".formatted(origin, width));
      }
    }
    boolean cmyk = colors != null && colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK;
    return convert(raster, bits, cmyk);
  }

  private static Image lookUp(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = Image.allocate(width, height);
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int index : row) {
        int color = index < palette.getMapSize() ? palette.getRGB(index) : 0;
        rgb[at++] = (byte) (color >> 16);
        rgb[at++] = (byte) (color >> 8);
        rgb[at++] = (byte) color;
      }
    }
    return Image.wrap(width, height, rgb);
  }

  private static Image convert(Raster raster, int[] bits, boolean cmyk) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = Image.allocate(width, height);
    int[] row = new int[Math.multiplyExact(width, bands)];
    // One or two bands are gray (and alpha), three or four are RGB (and alpha).
    int green = bands < 3 ? 0 : 1;
    int blue = bands < 3 ? 0 : 2;
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int p = 0; p < row.length; p += bands) {
        if (cmyk) {
          at =
              Cmyk.toRgb(
                  to8Bits(row[p], bits[0]),
                  to8Bits(row[p + 1], bits[1]),
                  to8Bits(row[p + 2], bits[2]),
                  to8Bits(row[p + 3], bits[3]),
                  rgb,
                  at);
        } else {
          rgb[at++] = (byte) to8Bits(row[p], bits[0]);
          rgb[at++] = (byte) to8Bits(row[p + green], bits[green]);
          rgb[at++] = (byte) to8Bits(row[p + blue], bits[blue]);
        }
      }
    }
    return Image.wrap(width, height, rgb);
  }

  /** The high byte of a wide sample; a narrow one is stretched so that its largest value is 255. */
  private static int to8Bits(int sample, int bits) {
    return bits >= 8 ? (sample >> (bits - 8)) & 0xFF : sample * 255 / ((1 << bits) - 1);
  }
}

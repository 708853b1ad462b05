package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Decodes the components of a JPEG with the plug-in and converts them to RGB here, with the
 * formulas of libjpeg, because the plug-ins apply colour profiles.
 */
final class JpegDecoder {
  private JpegDecoder() {}

  static Image decode(byte[] data, String origin, DecodeOptions options) throws IOException {
    JpegHeader header = JpegHeader.parse(data, origin);
    ImageDecoder.checkSize(header.width(), header.height(), origin, options);
    return ImageDecoder.withReader(
        ImageFormat.JPEG,
        data,
        reader -> {
          Raster components = reader.readRaster(0, null);
          checkComponents(components, header, origin);
          return toRgb(components, header.encoding());
        });
  }

  private static void checkComponents(Raster components, JpegHeader header, String origin) {
    int expected =
        switch (header.encoding()) {
          case GRAY -> 1;
          case RGB, YCBCR -> 3;
          case CMYK, YCCK -> 4;
        };
    if (components.getNumBands() != expected
        || components.getWidth() != header.width()
        || components.getHeight() != header.height()
        || components.getSampleModel().getSampleSize(0) != 8) {
      throw new InvalidImageException(
          origin + " is an unsupported JPEG file; expected 8-bit samples and one frame");
    }
  }

  private static Image toRgb(Raster components, JpegHeader.Encoding encoding) {
    int width = components.getWidth();
    int height = components.getHeight();
    int bands = components.getNumBands();
    byte[] rgb = Image.allocate(width, height);
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < height; y++) {
      components.getPixels(0, y, width, 1, row);
      for (int p = 0; p < row.length; p += bands) {
        at =
            switch (encoding) {
              case GRAY -> put(rgb, at, row[p], row[p], row[p]);
              case RGB -> put(rgb, at, row[p], row[p + 1], row[p + 2]);
              case YCBCR -> YCbCr.toRgb(row[p], row[p + 1], row[p + 2], rgb, at);
              // Every common writer of four components follows Adobe and stores them inverted.
              case CMYK ->
                  Cmyk.toRgb(
                      255 - row[p], 255 - row[p + 1], 255 - row[p + 2], 255 - row[p + 3], rgb, at);
              case YCCK -> {
                YCbCr.toRgb(row[p], row[p + 1], row[p + 2], rgb, at);
                // libjpeg gives 255 - RGB as the stored inks, which are inverted once more.
                yield Cmyk.toRgb(
                    rgb[at] & 0xFF,
                    rgb[at + 1] & 0xFF,
                    rgb[at + 2] & 0xFF,
                    255 - row[p + 3],
                    rgb,
                    at);
              }
            };
      }
    }
    return Image.wrap(width, height, rgb);
  }

  private static int put(byte[] rgb, int at, int red, int green, int blue) {
    rgb[at] = (byte) red;
    rgb[at + 1] = (byte) green;
    rgb[at + 2] = (byte) blue;
    return at + 3;
  }
}

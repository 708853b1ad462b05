package io.vlm4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The first frame of a GIF on its canvas. Where the frame leaves the canvas free, the transparent
 * palette entry shows, or entry 0 without one, as in Pillow.
 */
final class GifDecoder {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  private GifDecoder() {}

  static Image decode(byte[] data, String origin, DecodeOptions options) throws IOException {
    return ImageDecoder.withReader(
        ImageFormat.GIF, data, reader -> decode(reader, data, origin, options));
  }

  private static Image decode(ImageReader reader, byte[] data, String origin, DecodeOptions options)
      throws IOException {
    ImageDecoder.checkSize(reader.getWidth(0), reader.getHeight(0), origin, options);
    int left = frameOffset(reader, "imageLeftPosition");
    int top = frameOffset(reader, "imageTopPosition");
    int width = Math.max(littleEndian16(data, 6), left + reader.getWidth(0));
    int height = Math.max(littleEndian16(data, 8), top + reader.getHeight(0));
    ImageDecoder.checkSize(width, height, origin, options);

    BufferedImage indexed = reader.read(0);
    Image frame = Samples.toRgb(indexed, origin);
    if (frame.width() == width && frame.height() == height) {
      return frame;
    }
    IndexColorModel palette = (IndexColorModel) indexed.getColorModel();
    int color = palette.getRGB(Math.max(0, palette.getTransparentPixel()));
    return paste(frame, left, top, width, height, color);
  }

  private static Image paste(Image frame, int left, int top, int width, int height, int color) {
    byte[] canvas = Image.allocate(width, height);
    for (int i = 0; i < canvas.length; i += 3) {
      canvas[i] = (byte) (color >> 16);
      canvas[i + 1] = (byte) (color >> 8);
      canvas[i + 2] = (byte) color;
    }
    int row = 3 * frame.width();
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(frame.samples(), y * row, canvas, 3 * ((top + y) * width + left), row);
    }
    return Image.wrap(width, height, canvas);
  }

  private static int frameOffset(ImageReader reader, String attribute) throws IOException {
    IIOMetadata metadata = reader.getImageMetadata(0);
    Node tree = metadata.getAsTree(FORMAT);
    Element descriptor = (Element) ((Element) tree).getElementsByTagName("ImageDescriptor").item(0);
    return Integer.parseInt(descriptor.getAttribute(attribute));
  }

  private static int littleEndian16(byte[] data, int at) {
    return (data[at] & 0xFF) | (data[at + 1] & 0xFF) << 8;
  }
}

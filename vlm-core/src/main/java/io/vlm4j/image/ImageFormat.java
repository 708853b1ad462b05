package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The file formats that can be decoded, told apart by their first bytes, never by file name. */
enum ImageFormat {
  JPEG("com.twelvemonkeys."),
  PNG("com.sun.imageio."),
  GIF("com.sun.imageio."),
  BMP("com.twelvemonkeys."),
  WEBP("com.twelvemonkeys."),
  TIFF("com.twelvemonkeys.");

  /** One plug-in a format, so that others on the class path cannot change what is decoded. */
  private final String plugin;

  ImageFormat(String plugin) {
    this.plugin = plugin;
  }

  static ImageFormat detect(byte[] data, String origin) {
    if (data.length == 0) {
      throw new InvalidImageException(origin + " is empty; expected an image file");
    }
    return Arrays.stream(values())
        .filter(format -> format.matches(data))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidImageException(
                    "%s is not an image of a known format (it starts with %s); supported: %s"
                        .formatted(origin, firstBytes(data), supported())));
  }

  /** A fresh reader of this format. */
  ImageReader newReader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(name());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith(plugin)) {
        return reader;
      }
      reader.dispose();
    }
    throw new InvalidImageException(
        "no ImageIO reader %s* for %s is registered; put the library's dependencies on the class path"
            .formatted(plugin, name()));
  }

  private boolean matches(byte[] data) {
    return switch (this) {
      case JPEG -> startsWith(data, 0, "\u00FF\u00D8\u00FF");
      case PNG -> startsWith(data, 0, "\u0089PNG\r\n\u001A\n");
      case GIF -> startsWith(data, 0, "GIF87a") || startsWith(data, 0, "GIF89a");
      case BMP -> startsWith(data, 0, "BM");
      case WEBP -> startsWith(data, 0, "RIFF") && startsWith(data, 8, "WEBP");
      case TIFF ->
          startsWith(data, 0, "II*\0")
              || startsWith(data, 0, "MM\0*")
              || startsWith(data, 0, "II+\0")
              || startsWith(data, 0, "MM\0+");
    };
  }

  private static boolean startsWith(byte[] data, int offset, String latin1) {
    byte[] prefix = latin1.getBytes(StandardCharsets.ISO_8859_1);
    int end = offset + prefix.length;
    return end <= data.length && Arrays.equals(data, offset, end, prefix, 0, prefix.length);
  }

  private static String supported() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  private static String firstBytes(byte[] data) {
    String text =
        new String(data, 0, Math.min(12, data.length), StandardCharsets.ISO_8859_1)
            .replaceAll("[^ -~]", ".");
    return "\"" + text + "\"";
  }
}

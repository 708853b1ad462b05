package io.vlm4j.image;

import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.tiff.TiffMetadataReader;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The EXIF orientations 1 to 8, in order: what must be done to the stored picture to see it
 * upright.
 */
enum Orientation {
  NORMAL,
  FLIP_HORIZONTALLY,
  ROTATE_180,
  FLIP_VERTICALLY,
  TRANSPOSE,
  ROTATE_90,
  TRANSVERSE,
  ROTATE_270;

  /** The orientation that the file's EXIF data give; damaged or absent data count as normal. */
  static Orientation of(byte[] data, String origin) {
    ImageFormat format = ImageFormat.detect(data, origin);
    try {
      Metadata metadata = metadata(format, data);
      for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer value = directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        if (value != null) {
          return value >= 1 && value <= 8 ? values()[value - 1] : NORMAL;
        }
      }
      return NORMAL;
    } catch (ImageProcessingException | IOException | RuntimeException | OutOfMemoryError e) {
      return NORMAL; // the pixels are what counts
    }
  }

  private static Metadata metadata(ImageFormat format, byte[] data)
      throws ImageProcessingException, IOException {
    return switch (format) {
      case JPEG ->
          JpegMetadataReader.readMetadata(
              new ByteArrayInputStream(data), List.of(new ExifReader()));
      case TIFF -> TiffMetadataReader.readMetadata(new ByteArrayReader(data));
      case PNG -> exif(ExifChunk.ofPng(data));
      case WEBP -> exif(ExifChunk.ofWebp(data));
      case GIF, BMP -> new Metadata();
    };
  }

  private static Metadata exif(Optional<byte[]> chunk) {
    Metadata metadata = new Metadata();
    chunk.ifPresent(bytes -> new ExifReader().extract(new ByteArrayReader(bytes), metadata));
    return metadata;
  }

  /** The upright picture. */
  Image apply(Image image) {
    int w = image.width();
    int h = image.height();
    int last = w * h - 1;
    return switch (this) {
      case NORMAL -> image;
      case FLIP_HORIZONTALLY -> walk(image, w, h, w - 1, -1, w);
      case ROTATE_180 -> walk(image, w, h, last, -1, -w);
      case FLIP_VERTICALLY -> walk(image, w, h, last - (w - 1), 1, -w);
      case TRANSPOSE -> walk(image, h, w, 0, w, 1);
      case ROTATE_90 -> walk(image, h, w, last - (w - 1), -w, 1);
      case TRANSVERSE -> walk(image, h, w, last, -w, -1);
      case ROTATE_270 -> walk(image, h, w, w - 1, w, -1);
    };
  }

  /**
   * Copies pixels, starting at one of the stored picture and going on by a step a column and a row.
   */
  private static Image walk(
      Image image, int width, int height, int start, int columnStep, int rowStep) {
    byte[] from = image.samples();
    byte[] to = Image.allocate(width, height);
    int at = 0;
    for (int y = 0; y < height; y++) {
      int pixel = start + y * rowStep;
      for (int x = 0; x < width; x++) {
        to[at++] = from[3 * pixel];
        to[at++] = from[3 * pixel + 1];
        to[at++] = from[3 * pixel + 2];
        pixel += columnStep;
      }
    }
    return Image.wrap(width, height, to);
  }
}

package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;

/**
 * What the markers of a JPEG file say (ITU-T T.81, annex B).
 *
 * @param width in pixels
 * @param height in pixels
 * @param encoding what the components mean
 */
record JpegHeader(int width, int height, Encoding encoding) {
  /** The meaning of the decoded components. */
  enum Encoding {
    GRAY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  private static final int SOF0 = 0xC0;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;
  private static final int TEM = 0x01;

  /**
   * Walks over all markers to the end of the image.
   *
   * @throws InvalidImageException if the frame header or the end-of-image marker is absent
   */
  static JpegHeader parse(byte[] data, String origin) {
    int frame = -1;
    boolean jfif = false;
    int adobeTransform = -1;
    int at = 2;
    while (true) {
      at = nextMarker(data, at);
      if (at < 0) {
        throw truncated(origin);
      }
      int marker = data[at - 1] & 0xFF;
      if (marker == EOI) {
        break;
      }
      if ((marker >= RST0 && marker <= SOI) || marker == TEM) {
        continue; // these have no payload
      }
      if (at + 2 > data.length) {
        throw truncated(origin);
      }
      int length = bigEndian16(data, at);
      if (at + Math.max(2, length) > data.length) {
        throw truncated(origin);
      }
      if (isFrame(marker) && frame < 0) {
        frame = at;
      } else if (marker == APP0 && length >= 7 && hasTag(data, at + 2, "JFIF")) {
        jfif = true;
      } else if (marker == APP14 && length >= 14 && hasTag(data, at + 2, "Adobe")) {
        adobeTransform = data[at + 13] & 0xFF;
      }
      at += Math.max(2, length);
    }
    if (frame < 0 || bigEndian16(data, frame) < 8) {
      throw new InvalidImageException(origin + " is a damaged JPEG file (it has no frame header)");
    }
    int components = data[frame + 7] & 0xFF;
    if (bigEndian16(data, frame) < 8 + 3 * components) {
      throw new InvalidImageException(
          origin + " is a damaged JPEG file (its frame header is too short)");
    }
    return new JpegHeader(
        bigEndian16(data, frame + 5),
        bigEndian16(data, frame + 3),
        encoding(data, frame, components, jfif, adobeTransform, origin));
  }

  private static Encoding encoding(
      byte[] data, int frame, int components, boolean jfif, int adobeTransform, String origin) {
    return switch (components) {
      case 1 -> Encoding.GRAY;
      case 3 -> ofThree(data, frame, jfif, adobeTransform);
      case 4 -> adobeTransform == 2 ? Encoding.YCCK : Encoding.CMYK;
      default ->
          throw new InvalidImageException(
              "%s is a JPEG file of %d components; expected 1, 3 or 4"
                  .formatted(origin, components));
    };
  }

  /** The rules of libjpeg: a JFIF marker decides, then Adobe's, then the components' names. */
  private static Encoding ofThree(byte[] data, int frame, boolean jfif, int adobeTransform) {
    boolean named = data[frame + 8] == 'R' && data[frame + 11] == 'G' && data[frame + 14] == 'B';
    boolean rgb = adobeTransform < 0 ? named : adobeTransform == 0;
    return rgb && !jfif ? Encoding.RGB : Encoding.YCBCR;
  }

  /** The index after the next marker, or -1; skips stuffed bytes of entropy-coded data. */
  private static int nextMarker(byte[] data, int from) {
    for (int i = from; i + 1 < data.length; i++) {
      if (data[i] == (byte) 0xFF && data[i + 1] != 0 && data[i + 1] != (byte) 0xFF) {
        return i + 2;
      }
    }
    return -1;
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  private static boolean hasTag(byte[] data, int at, String tag) {
    for (int i = 0; i < tag.length(); i++) {
      if (data[at + i] != tag.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int bigEndian16(byte[] data, int at) {
    return (data[at] & 0xFF) << 8 | (data[at + 1] & 0xFF);
  }

  private static InvalidImageException truncated(String origin) {
    return new InvalidImageException(
        origin + " ends before its picture does; the JPEG file is truncated");
  }
}

package io.vlm4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The EXIF chunk of PNG and WebP files.
 *
 * <p>Found here and not by the metadata library, which believes the lengths that chunks claim to
 * have and allocates them.
 */
final class ExifChunk {
  private static final byte[] JPEG_PREAMBLE = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private ExifChunk() {}

  /** The {@code eXIf} chunk of a PNG file: length, type, data, checksum; big-endian. */
  static Optional<byte[]> ofPng(byte[] data) {
    ByteBuffer file = ByteBuffer.wrap(data).order(ByteOrder.BIG_ENDIAN).position(8);
    while (file.remaining() >= 8) {
      int length = file.getInt();
      String type = fourCharacters(file);
      if (length < 0 || length > file.remaining()) {
        return Optional.empty();
      }
      if (type.equals("eXIf")) {
        return Optional.of(read(file, length));
      }
      skip(file, length + 4L);
    }
    return Optional.empty();
  }

  /** The {@code EXIF} chunk of a WebP file: type, length, data, even offsets; little-endian. */
  static Optional<byte[]> ofWebp(byte[] data) {
    ByteBuffer file = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).position(12);
    while (file.remaining() >= 8) {
      String type = fourCharacters(file);
      int length = file.getInt();
      if (length < 0 || length > file.remaining()) {
        return Optional.empty();
      }
      if (type.equals("EXIF")) {
        return Optional.of(withoutPreamble(read(file, length)));
      }
      skip(file, length + (long) length % 2);
    }
    return Optional.empty();
  }

  /** Some writers put what stands before EXIF data in a JPEG file there too. */
  private static byte[] withoutPreamble(byte[] exif) {
    int length = JPEG_PREAMBLE.length;
    return exif.length >= length
            && Arrays.equals(exif, 0, length, JPEG_PREAMBLE, 0, JPEG_PREAMBLE.length)
        ? Arrays.copyOfRange(exif, length, exif.length)
        : exif;
  }

  private static String fourCharacters(ByteBuffer file) {
    return new String(read(file, 4), StandardCharsets.ISO_8859_1);
  }

  private static byte[] read(ByteBuffer file, int length) {
    byte[] bytes = new byte[length];
    file.get(bytes);
    return bytes;
  }

  private static void skip(ByteBuffer file, long length) {
    file.position((int) Math.min(file.limit(), file.position() + length));
  }
}

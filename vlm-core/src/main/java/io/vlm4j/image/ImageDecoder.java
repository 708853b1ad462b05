package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Bytes of a file to the stored pixels: format, size limit, decoding, in this order. */
final class ImageDecoder {
  private ImageDecoder() {}

  /** Decodes without applying the EXIF orientation. */
  static Image decodeStored(byte[] data, String origin, DecodeOptions options) {
    ImageFormat format = ImageFormat.detect(data, origin);
    try {
      return switch (format) {
        case JPEG -> JpegDecoder.decode(data, origin, options);
        case GIF -> GifDecoder.decode(data, origin, options);
        case WEBP -> {
          checkRiffLength(data);
          yield decodeWithReader(format, data, origin, options);
        }
        case PNG, BMP, TIFF -> decodeWithReader(format, data, origin, options);
      };
    } catch (InvalidImageException e) {
      throw e;
    } catch (EOFException e) {
      throw truncated(origin, format, e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Plug-ins answer damaged files with every kind of runtime exception.
      throw hasCause(e, EOFException.class)
          ? truncated(origin, format, e)
          : new InvalidImageException(
              "%s is a damaged or unsupported %s file (%s)".formatted(origin, format, reason(e)),
              e);
    } catch (OutOfMemoryError e) {
      throw new InvalidImageException(
          "%s: decoding needs more memory than there is; raise the heap (-Xmx) or use a smaller image"
              .formatted(origin),
          e);
    }
  }

  private static Image decodeWithReader(
      ImageFormat format, byte[] data, String origin, DecodeOptions options) throws IOException {
    return withReader(
        format,
        data,
        reader -> {
          checkSize(reader.getWidth(0), reader.getHeight(0), origin, options);
          return Samples.toRgb(reader.read(0), origin);
        });
  }

  /** The WebP plug-in reads zeros after the end, so the length in the file's header decides. */
  private static void checkRiffLength(byte[] data) throws EOFException {
    long length = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xFFFFFFFFL;
    if (length > data.length - 8) {
      throw new EOFException();
    }
  }

  /** What one of the format's readers is asked for. */
  @FunctionalInterface
  interface ReaderTask {
    Image run(ImageReader reader) throws IOException;
  }

  /** Opens a reader over the bytes, in memory, and closes it after the task. */
  static Image withReader(ImageFormat format, byte[] data, ReaderTask task) throws IOException {
    ImageReader reader = format.newReader();
    try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
      reader.setInput(input, false, true);
      return task.run(reader);
    } finally {
      reader.dispose();
    }
  }

  /** Refuses a picture whose header says that it is empty or larger than the limit. */
  static void checkSize(int width, int height, String origin, DecodeOptions options) {
    if (width < 1 || height < 1) {
      throw new InvalidImageException(
          "%s has %d x %d pixels; expected at least 1 x 1".formatted(origin, width, height));
    }
    if ((long) width * height > options.maxPixels()) {
      throw new InvalidImageException(
          "%s has %d x %d pixels, more than the limit of %d; shrink it or raise maxPixels"
              .formatted(origin, width, height, options.maxPixels()));
    }
  }

  private static InvalidImageException truncated(
      String origin, ImageFormat format, Throwable cause) {
    return new InvalidImageException(
        "%s ends before its picture does; the %s file is truncated".formatted(origin, format),
        cause);
  }

  private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < 8; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String reason(Throwable e) {
    // The text of other exceptions is about the plug-in's code, not about the file.
    return Optional.ofNullable(e instanceof IOException ? e.getMessage() : null)
        .flatMap(message -> message.lines().findFirst())
        .orElse(e.getClass().getSimpleName());
  }
}

package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidOptionException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * An immutable, upright picture of 8-bit red, green and blue.
 *
 * <p>Reading applies the EXIF orientation, drops alpha without blending, repeats gray, keeps the
 * high byte of 16-bit samples, and takes the first frame of an animation. Colour profiles and gamma
 * are not applied.
 */
public final class Image {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff");

  private final int width;
  private final int height;
  private final byte[] rgb;
  private int hash;

  private Image(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** True if a file of this name is likely an image; what it is, its bytes decide. */
  public static boolean isNamedLikeOne(String fileName) {
    String ending = fileName.substring(fileName.lastIndexOf('.') + 1);
    return ENDINGS.contains(ending.toLowerCase(Locale.ROOT));
  }

  /**
   * Reads a JPEG, PNG, GIF, BMP, WebP or TIFF file.
   *
   * @throws InvalidImageException if the file is absent, damaged, of another format or too large
   */
  public static Image read(Path file) {
    return read(file, DecodeOptions.DEFAULT);
  }

  /**
   * Reads a file, within limits.
   *
   * @throws InvalidImageException if the file is absent, damaged, of another format or too large
   */
  public static Image read(Path file, DecodeOptions options) {
    return decode(ImageFiles.bytes(file), file.toString(), options);
  }

  /**
   * Reads the pixels from one file and the EXIF orientation from another. Comparisons use it to
   * leave JPEG decoders out: a lossless copy of the decoded pixels stands beside the JPEG.
   *
   * @param oriented the file whose orientation counts
   * @param decoded the file whose pixels count; its own orientation is ignored
   * @throws InvalidImageException if either file cannot be read
   */
  public static Image readWithDecodedPixels(Path oriented, Path decoded) {
    Orientation orientation = Orientation.of(ImageFiles.bytes(oriented), oriented.toString());
    Image stored =
        ImageDecoder.decodeStored(
            ImageFiles.bytes(decoded), decoded.toString(), DecodeOptions.DEFAULT);
    return orientation.apply(stored);
  }

  /**
   * Decodes the bytes of an image file.
   *
   * @param origin what errors call the image, usually its file
   * @throws InvalidImageException if the bytes are damaged, of another format or too large a
   *     picture
   */
  public static Image decode(byte[] data, String origin) {
    return decode(data, origin, DecodeOptions.DEFAULT);
  }

  /**
   * Decodes the bytes of an image file, within limits.
   *
   * @param origin what errors call the image, usually its file
   * @throws InvalidImageException if the bytes are damaged, of another format or too large a
   *     picture
   */
  public static Image decode(byte[] data, String origin, DecodeOptions options) {
    Image stored = ImageDecoder.decodeStored(data, origin, options);
    return Orientation.of(data, origin).apply(stored);
  }

  /**
   * Copies a picture of {@code java.awt}: its stored samples, with alpha dropped and gray repeated.
   *
   * @throws InvalidImageException if its samples are wider than 16 bits
   */
  public static Image of(BufferedImage image) {
    return Samples.toRgb(image, "the picture");
  }

  /**
   * Copies interleaved samples.
   *
   * @param rgb {@code height * width * 3} bytes: rows from the top, red first
   * @throws InvalidOptionException if the sizes do not fit together
   */
  public static Image ofRgb(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
      throw new InvalidOptionException(
          "a picture of %d x %d pixels cannot be made of %d bytes; expected width * height * 3"
              .formatted(width, height, rgb.length));
    }
    return new Image(width, height, rgb.clone());
  }

  /** Takes the array over; the caller must not change it any more. */
  static Image wrap(int width, int height, byte[] rgb) {
    return new Image(width, height, rgb);
  }

  /**
   * Allocates the samples of a picture.
   *
   * @throws InvalidImageException if no array is long enough, or the memory is used up
   */
  static byte[] allocate(int width, int height) {
    checkPixels(width, height);
    try {
      return new byte[3 * width * height];
    } catch (OutOfMemoryError e) {
      throw outOfMemory(width, height, e);
    }
  }

  /** Refuses pictures that no array can hold. */
  static void checkPixels(int width, int height) {
    if ((long) width * height > DecodeOptions.MAX_PIXELS_LIMIT) {
      throw new InvalidImageException(
          "a picture of %d x %d pixels is too large; at most %d pixels are possible"
              .formatted(width, height, DecodeOptions.MAX_PIXELS_LIMIT));
    }
  }

  static InvalidImageException outOfMemory(int width, int height, OutOfMemoryError cause) {
    return new InvalidImageException(
        "a picture of %d x %d pixels does not fit into memory; raise the heap (-Xmx)"
            .formatted(width, height),
        cause);
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** A copy of the samples, {@code height * width * 3} bytes: rows from the top, red first. */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** The samples themselves, for reading only. */
  byte[] samples() {
    return rgb;
  }

  /**
   * Resizes with the arithmetic of Pillow's {@code Image.resize}: the same bytes come out.
   *
   * @param width new width in pixels
   * @param height new height in pixels
   * @throws InvalidOptionException if a side is below 1
   * @throws InvalidImageException if the result is too large for an array
   */
  public Image resize(int width, int height, Resampling resampling) {
    return Resizer.resize(this, width, height, resampling);
  }

  /** A copy for {@code java.awt}, of type {@link BufferedImage#TYPE_INT_RGB}. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
    }
    return image;
  }

  @Override
  public String toString() {
    return "Image[" + width + " x " + height + "]";
  }

  /** True for a picture of the same size and samples. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Image image
            && width == image.width
            && height == image.height
            && hashCode() == image.hashCode()
            && Arrays.equals(rgb, image.rgb));
  }

  /** Computed once: a picture has millions of samples. */
  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = 31 * (31 * Arrays.hashCode(rgb) + width) + height;
    }
    return hash;
  }
}

package io.vlm4j.image;

import io.vlm4j.error.InvalidOptionException;

/**
 * Limits on decoding.
 *
 * @param maxPixels the most pixels, width times height, that a picture may have; judged from the
 *     header, before anything of that size is allocated
 */
public record DecodeOptions(long maxPixels) {
  /** The largest limit that can be set: one byte array holds the three channels. */
  public static final long MAX_PIXELS_LIMIT = (Integer.MAX_VALUE - 8) / 3;

  /** 100 megapixels. */
  public static final DecodeOptions DEFAULT = new DecodeOptions(100_000_000);

  /**
   * Checks the limit.
   *
   * @throws InvalidOptionException if it is not between 1 and {@link #MAX_PIXELS_LIMIT}
   */
  public DecodeOptions {
    if (maxPixels < 1 || maxPixels > MAX_PIXELS_LIMIT) {
      throw new InvalidOptionException(
          "maxPixels is " + maxPixels + "; expected 1 to " + MAX_PIXELS_LIMIT);
    }
  }
}

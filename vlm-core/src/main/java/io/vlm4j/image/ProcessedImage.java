package io.vlm4j.image;

import io.vlm4j.error.InvalidOptionException;

/**
 * One picture as a vision encoder takes it: one or more tiles of the same size.
 *
 * <p>The arrays are not copied; whoever holds the record must not change them.
 *
 * @param pixelValues [tiles, 3, height, width], rescaled and normalised
 * @param tiles number of tiles
 * @param height height of a tile in pixels
 * @param width width of a tile in pixels
 * @param rows rows of the grid of tiles, or 0 when the picture was not split
 * @param columns columns of the grid of tiles, or 0 when the picture was not split; a tile of the
 *     whole picture, if there is one, is not part of the grid
 * @param originalHeight height of the upright picture in pixels
 * @param originalWidth width of the upright picture in pixels
 * @param pixelMask [tiles, height, width] of 1 for picture and 0 for padding, or {@code null} for
 *     processors that have no mask
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; pixels are too many to copy
public record ProcessedImage(
    float[] pixelValues,
    int tiles,
    int height,
    int width,
    int rows,
    int columns,
    int originalHeight,
    int originalWidth,
    byte[] pixelMask) {
  /**
   * Checks the lengths of the arrays.
   *
   * @throws InvalidOptionException if they do not fit the sizes
   */
  public ProcessedImage {
    long pixels = (long) tiles * height * width;
    if (tiles < 1 || height < 1 || width < 1 || pixelValues.length != 3 * pixels) {
      throw new InvalidOptionException(
          "%d pixel values do not make %d tiles of 3 x %d x %d"
              .formatted(pixelValues.length, tiles, height, width));
    }
    if (pixelMask != null && pixelMask.length != pixels) {
      throw new InvalidOptionException(
          "a pixel mask of %d values does not cover %d tiles of %d x %d"
              .formatted(pixelMask.length, tiles, height, width));
    }
  }
}

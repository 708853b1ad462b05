package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidModelException;

/** Collects the tiles of one picture, in order. */
final class TileStack {
  /** 512 MiB of pixel values; published models stay below 100. */
  private static final long MAX_VALUES = 1 << 27;

  private final PixelScaling scaling;
  private final long tiles;
  private float[] pixelValues;
  private int height;
  private int width;
  private int filled;

  /** A stack that will hold so many tiles. */
  TileStack(long tiles, PixelScaling scaling) {
    this.tiles = tiles;
    this.scaling = scaling;
  }

  /** Rescales, normalises and appends a tile. */
  void add(Image tile) {
    if (pixelValues == null) {
      height = tile.height();
      width = tile.width();
      pixelValues = allocate();
    } else if (tile.height() != height || tile.width() != width) {
      throw new InvalidModelException(
          "the image processor's configuration makes tiles of %d x %d and %d x %d pixels; expected one size, so check crop_size and image_grid_pinpoints"
              .formatted(width, height, tile.width(), tile.height()));
    }
    scaling.write(tile, pixelValues, filled++ * 3 * height * width);
  }

  /** The full stack, without a mask. */
  ProcessedImage toProcessedImage(Image original, int rows, int columns) {
    return toProcessedImage(original, rows, columns, null);
  }

  /** The full stack. */
  ProcessedImage toProcessedImage(Image original, int rows, int columns, byte[] pixelMask) {
    return new ProcessedImage(
        pixelValues,
        filled,
        height,
        width,
        rows,
        columns,
        original.height(),
        original.width(),
        pixelMask);
  }

  private float[] allocate() {
    long perTile = 3L * height * width;
    if (tiles > MAX_VALUES / perTile) {
      throw new InvalidModelException(
          "the image processor's configuration makes %d tiles of %d x %d pixels, more than %d values; check its sizes"
              .formatted(tiles, width, height, MAX_VALUES));
    }
    try {
      return new float[(int) (tiles * perTile)];
    } catch (OutOfMemoryError e) {
      throw new InvalidImageException(
          "%d tiles of %d x %d pixels do not fit into memory; raise the heap (-Xmx)"
              .formatted(tiles, width, height),
          e);
    }
  }
}

package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The image processors of Idefics3 and SmolVLM, which are the same: the picture's longer side is
 * brought to a size, then the picture to a whole number of square tiles, which are cut out row by
 * row; the whole picture squeezed into one tile comes last.
 */
final class Idefics3ImageProcessor implements ImageProcessor {
  private final UnaryOperator<Image> resize;
  private final Resampling resampling;
  private final int tileSide;
  private final boolean split;
  private final boolean masked;
  private final PixelScaling scaling;

  Idefics3ImageProcessor(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    resampling = config.resampling(Resampling.LANCZOS);
    resize = config.resize(TargetSize.LongestEdge::new, resampling);
    tileSide = config.squareSide("max_image_size");
    split = config.flag("do_image_splitting", true);
    masked = config.flag("do_pad", true);
    scaling = config.scaling(ProcessorConfig.Normalization.HALF);
  }

  private Idefics3ImageProcessor(Idefics3ImageProcessor other, boolean split) {
    resize = other.resize;
    resampling = other.resampling;
    tileSide = other.tileSide;
    this.split = split;
    masked = other.masked;
    scaling = other.scaling;
  }

  @Override
  public ImageProcessor withImageSplitting(boolean split) {
    return split == this.split ? this : new Idefics3ImageProcessor(this, split);
  }

  @Override
  public ProcessedImage process(Image image) {
    Image resized = resize.apply(image);
    if (!split) {
      return stack(image, resized, 0, 0);
    }
    Image whole = toWholeTiles(resized);
    int rows = whole.height() / tileSide;
    int columns = whole.width() / tileSide;
    return rows == 1 && columns == 1
        ? stack(image, whole, 0, 0)
        : stack(image, whole, rows, columns);
  }

  /** Stretches both sides to multiples of a tile's side. */
  private Image toWholeTiles(Image image) {
    double aspectRatio = (double) image.width() / image.height();
    int width;
    int height;
    if (image.width() >= image.height()) {
      width = wholeTiles(image.width());
      height = wholeTiles((int) (width / aspectRatio));
    } else {
      height = wholeTiles(image.height());
      width = wholeTiles((int) (height * aspectRatio));
    }
    return image.resize(width, height, resampling);
  }

  private int wholeTiles(int side) {
    return Math.max(1, (side + tileSide - 1) / tileSide) * tileSide;
  }

  private ProcessedImage stack(Image original, Image image, int rows, int columns) {
    TileStack tiles = new TileStack(1 + (long) rows * columns, scaling);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        tiles.add(Crop.window(image, row * tileSide, column * tileSide, tileSide, tileSide));
      }
    }
    tiles.add(image.resize(tileSide, tileSide, resampling));
    return tiles.toProcessedImage(original, rows, columns, mask(1 + rows * columns));
  }

  /** All tiles have one size, so nothing is ever padded. */
  private byte[] mask(int tiles) {
    if (!masked) {
      return null;
    }
    byte[] mask = new byte[tiles * tileSide * tileSide];
    Arrays.fill(mask, (byte) 1);
    return mask;
  }
}

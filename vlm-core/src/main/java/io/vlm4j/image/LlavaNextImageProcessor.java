package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * LLaVA-NeXT's pictures of any resolution: the whole picture squeezed into one tile, then the tiles
 * of the grid that shows most of it, row by row.
 */
final class LlavaNextImageProcessor implements ImageProcessor {
  private final List<TargetSize.Fixed> resolutions;
  private final int tileSide;
  private final int baseSide;
  private final Resampling resampling;
  private final UnaryOperator<Image> resize;
  private final UnaryOperator<Image> crop;
  private final PixelScaling scaling;

  LlavaNextImageProcessor(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    resolutions = config.pairs("image_grid_pinpoints");
    tileSide = config.fixedSize("crop_size").height();
    baseSide = shortestEdge(config.size("size", TargetSize.ShortestEdge::new));
    resampling = config.resampling(Resampling.BICUBIC);
    resize = config.resize(TargetSize.ShortestEdge::new, resampling);
    crop = config.centerCrop();
    scaling = config.scaling(ProcessorConfig.Normalization.CLIP);
  }

  @Override
  public ProcessedImage process(Image image) {
    TargetSize.Fixed resolution = bestResolution(image.height(), image.width());
    int rows = ceilDiv(resolution.height(), tileSide);
    int columns = ceilDiv(resolution.width(), tileSide);
    TileStack tiles = new TileStack(1 + (long) rows * columns, scaling);

    tiles.add(crop.apply(resize.apply(image.resize(baseSide, baseSide, resampling))));
    Image padded = pad(fit(image, resolution), resolution);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        tiles.add(crop.apply(resize.apply(tile(padded, row, column))));
      }
    }
    return tiles.toProcessedImage(image, rows, columns);
  }

  /** The resolution that keeps most of the picture's pixels, then the one that wastes fewest. */
  private TargetSize.Fixed bestResolution(int height, int width) {
    TargetSize.Fixed best = resolutions.get(0);
    long mostEffective = 0;
    long leastWasted = Long.MAX_VALUE;
    for (TargetSize.Fixed candidate : resolutions) {
      double scale =
          Math.min((double) candidate.width() / width, (double) candidate.height() / height);
      long scaled = Math.multiplyFull((int) (width * scale), (int) (height * scale));
      long effective = Math.min(scaled, (long) width * height);
      long wasted = (long) candidate.width() * candidate.height() - effective;
      if (effective > mostEffective || (effective == mostEffective && wasted < leastWasted)) {
        mostEffective = effective;
        leastWasted = wasted;
        best = candidate;
      }
    }
    return best;
  }

  /** The largest picture of the same aspect ratio within the resolution. */
  private Image fit(Image image, TargetSize.Fixed resolution) {
    double scaleWidth = (double) resolution.width() / image.width();
    double scaleHeight = (double) resolution.height() / image.height();
    if (scaleWidth < scaleHeight) {
      int height = (int) Math.min(Math.ceil(image.height() * scaleWidth), resolution.height());
      return image.resize(resolution.width(), height, resampling);
    }
    int width = (int) Math.min(Math.ceil(image.width() * scaleHeight), resolution.width());
    return image.resize(width, resolution.height(), resampling);
  }

  private static Image pad(Image image, TargetSize.Fixed resolution) {
    return Crop.pad(image, resolution.height(), resolution.width());
  }

  /** A tile of the grid; the last of a row or column may be smaller. */
  private Image tile(Image image, int row, int column) {
    int top = row * tileSide;
    int left = column * tileSide;
    return Crop.window(
        image,
        top,
        left,
        Math.min(tileSide, image.height() - top),
        Math.min(tileSide, image.width() - left));
  }

  private static int shortestEdge(TargetSize size) {
    if (size instanceof TargetSize.Fixed pair) {
      return Math.min(pair.height(), pair.width());
    }
    return size instanceof TargetSize.ShortestEdge shortest
        ? shortest.edge()
        : ((TargetSize.LongestEdge) size).edge();
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}

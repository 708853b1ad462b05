package io.vlm4j.models.llavanext;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;

/**
 * Puts the tiles' patches back in their places, cuts away what is only padding, ends each row with
 * a newline, and puts the patches of the whole image first.
 */
final class SpatialUnpad implements TiledVisualPath.Packing {
  private final Tensor newline;

  SpatialUnpad(Tensor newline) {
    this.newline = newline;
  }

  @Override
  public Tensor pack(Tensor tiles, ProcessedImage image) {
    int width = tiles.size(2);
    Tensor base = tiles.narrow(0, 0, 1).view(tiles.size(1), width);
    if (image.tiles() == 1) {
      return Tensor.cat(0, base, newline.view(1, width));
    }
    Tensor rows = withNewlines(unpad(places(tiles, image), image));
    Tensor packed = Tensor.cat(0, base, rows);
    Trace.record("packed_image_features", () -> packed);
    return packed;
  }

  /** [1 + rows * columns, side * side, D] to [rows * side, columns * side, D]. */
  private static Tensor places(Tensor tiles, ProcessedImage image) {
    int side = (int) Math.round(Math.sqrt(tiles.size(1)));
    if (side * side != tiles.size(1)) {
      throw new UnsupportedModelException(
          "a tile has "
              + tiles.size(1)
              + " features, not a square of patches; LLaVA-NeXT takes the patches without the class"
              + " token (vision_feature_select_strategy default)");
    }
    int width = tiles.size(2);
    return tiles
        .narrow(0, 1, (long) image.rows() * image.columns())
        .view(image.rows(), image.columns(), side, side, width)
        .permute(0, 2, 1, 3, 4)
        .view((long) image.rows() * side, (long) image.columns() * side, width);
  }

  /** The processor kept the image's proportions and padded; its share of the patches stays. */
  private static Tensor unpad(Tensor grid, ProcessedImage image) {
    int rows = grid.size(0);
    int columns = grid.size(1);
    double imageRatio = (double) image.originalWidth() / image.originalHeight();
    if (imageRatio > (double) columns / rows) {
      double scale = (double) columns / image.originalWidth();
      int padding = (rows - truncated(image.originalHeight() * scale)) / 2;
      return grid.narrow(0, padding, rows - 2L * padding);
    }
    double scale = (double) rows / image.originalHeight();
    int padding = (columns - truncated(image.originalWidth() * scale)) / 2;
    return grid.narrow(1, padding, columns - 2L * padding);
  }

  /** The reference rounds to seven decimals before it truncates. */
  private static int truncated(double value) {
    return (int) (Math.rint(value * 1e7) / 1e7);
  }

  private Tensor withNewlines(Tensor grid) {
    long rows = grid.size(0);
    long width = grid.size(2);
    return Tensor.cat(1, grid, newline.view(1, 1, width).expand(rows, 1, width)).view(-1, width);
  }
}

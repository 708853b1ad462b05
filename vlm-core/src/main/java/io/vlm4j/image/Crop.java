package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;

/** Windows of pictures; where a window leaves the picture, it is black. */
final class Crop {
  private Crop() {}

  /**
   * Copies a window.
   *
   * @param top row of the picture at the window's upper edge; may be negative
   * @param left column of the picture at the window's left edge; may be negative
   */
  static Image window(Image image, int top, int left, int height, int width) {
    if (top == 0 && left == 0 && height == image.height() && width == image.width()) {
      return image;
    }
    byte[] to = Image.allocate(width, height);
    int firstRow = Math.max(0, -top);
    int lastRow = Math.min(height, image.height() - top);
    int firstColumn = Math.max(0, -left);
    int columns = Math.min(width, image.width() - left) - firstColumn;
    for (int y = firstRow; y < lastRow && columns > 0; y++) {
      int from = 3 * ((top + y) * image.width() + left + firstColumn);
      System.arraycopy(image.samples(), from, to, 3 * (y * width + firstColumn), 3 * columns);
    }
    return Image.wrap(width, height, to);
  }

  /** The middle of a picture; of an odd margin the larger half goes to the right and bottom. */
  static Image center(Image image, int height, int width) {
    // Floor, not truncation, when the margin is negative: then the larger half is top and left.
    int top = Math.floorDiv(image.height() - height, 2);
    int left = Math.floorDiv(image.width() - width, 2);
    return window(image, top, left, height, width);
  }

  /**
   * The middle of a picture, whose sides are to its shorter side as one size is to another.
   *
   * @throws InvalidImageException if nothing is left of the picture
   */
  static Image centerInProportion(Image image, TargetSize.Fixed size, TargetSize.Fixed whole) {
    int shorter = Math.min(image.height(), image.width());
    int height = (int) ((double) size.height() / whole.height() * shorter);
    int width = (int) ((double) size.width() / whole.width() * shorter);
    if (height < 1 || width < 1) {
      throw new InvalidImageException(
          "a picture of %d x %d pixels is too small: a crop of %d/%d by %d/%d of it is empty"
              .formatted(
                  image.width(),
                  image.height(),
                  size.height(),
                  whole.height(),
                  size.width(),
                  whole.width()));
    }
    return center(image, height, width);
  }

  /** As torchvision's: the margin before the middle is rounded, halves to the even number. */
  static Image centerRounded(Image image, int height, int width) {
    int top = (int) Math.rint((image.height() - height) / 2.0);
    int left = (int) Math.rint((image.width() - width) / 2.0);
    return window(image, top, left, height, width);
  }

  /** A picture in the middle of a larger black one; of an odd margin the larger half is below. */
  static Image pad(Image image, int height, int width) {
    int top = (height - image.height()) / 2;
    int left = (width - image.width()) / 2;
    return window(image, -top, -left, height, width);
  }
}

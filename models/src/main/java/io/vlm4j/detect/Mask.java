package io.vlm4j.detect;

/**
 * How likely each pixel of an image belongs to what was found there. Only the part around the thing
 * is held; all else is 0.
 */
public final class Mask {
  private final int left;
  private final int top;
  private final int width;
  private final int height;
  private final float[] probabilities;

  /**
   * A mask.
   *
   * @param left first column of the image that is held
   * @param top first row of the image that is held
   * @param width columns that are held
   * @param height rows that are held
   * @param probabilities [height, width]
   */
  public Mask(int left, int top, int width, int height, float[] probabilities) {
    if (probabilities.length != width * height) {
      throw new IllegalArgumentException(
          probabilities.length + " probabilities for " + width + " x " + height + " pixels");
    }
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.probabilities = probabilities.clone();
  }

  /** The probability of a pixel of the image, from 0 to 1. */
  public float probability(int x, int y) {
    boolean held = x >= left && y >= top && x < left + width && y < top + height;
    return held ? probabilities[(y - top) * width + x - left] : 0;
  }

  /** How many pixels are likelier than a probability. */
  public int area(double threshold) {
    int count = 0;
    for (float probability : probabilities) {
      count += probability > threshold ? 1 : 0;
    }
    return count;
  }

  /** Writes what is held into the probabilities of a whole image, row by row. */
  public void paste(float[] image, int offset, int imageWidth) {
    for (int y = 0; y < height; y++) {
      System.arraycopy(
          probabilities, y * width, image, offset + (top + y) * imageWidth + left, width);
    }
  }
}

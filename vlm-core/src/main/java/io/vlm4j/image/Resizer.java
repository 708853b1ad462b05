package io.vlm4j.image;

import io.vlm4j.error.InvalidOptionException;
import java.util.Arrays;

/**
 * Pillow's 8-bit resize ({@code src/libImaging/Resample.c}): a pass along the rows and one along
 * the columns, each in fixed point and rounded to bytes. A pass that would not change the size is
 * left out.
 */
final class Resizer {
  private static final int CHANNELS = 3;

  private Resizer() {}

  static Image resize(Image image, int width, int height, Resampling resampling) {
    if (width < 1 || height < 1) {
      throw new InvalidOptionException(
          "cannot resize to %d x %d pixels; expected at least 1 x 1".formatted(width, height));
    }
    if (width == image.width() && height == image.height()) {
      return image;
    }
    Image.checkPixels(width, height);
    try {
      return resampling == Resampling.NEAREST
          ? nearest(image, width, height)
          : filter(image, width, height, resampling);
    } catch (OutOfMemoryError e) {
      throw Image.outOfMemory(width, height, e);
    }
  }

  private static Image filter(Image image, int width, int height, Resampling resampling) {
    return shrinksRowsFirst(image, width, height)
        ? horizontal(vertical(image, height, resampling), width, resampling)
        : vertical(horizontal(image, width, resampling), height, resampling);
  }

  /** When Pillow 13 runs the vertical pass first; earlier versions never did. */
  private static boolean shrinksRowsFirst(Image image, int width, int height) {
    long fewerRows = (long) image.height() - height;
    long fewerColumns = (long) image.width() - width;
    return fewerRows > 0 && fewerRows > 2 * fewerColumns;
  }

  /** Filters along the rows. */
  private static Image horizontal(Image image, int width, Resampling resampling) {
    if (width == image.width()) {
      return image;
    }
    ResizeKernel kernel = ResizeKernel.of(image.width(), width, resampling);
    byte[] from = image.samples();
    byte[] to = Image.allocate(width, image.height());
    int[] weights = kernel.weights();
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width();
      for (int x = 0; x < width; x++) {
        int red = ResizeKernel.HALF;
        int green = ResizeKernel.HALF;
        int blue = ResizeKernel.HALF;
        int pixel = (row + kernel.first()[x]) * CHANNELS;
        int tap = x * kernel.taps();
        int last = tap + kernel.count()[x];
        for (; tap < last; tap++, pixel += CHANNELS) {
          int weight = weights[tap];
          red += (from[pixel] & 0xFF) * weight;
          green += (from[pixel + 1] & 0xFF) * weight;
          blue += (from[pixel + 2] & 0xFF) * weight;
        }
        to[at++] = ResizeKernel.toSample(red);
        to[at++] = ResizeKernel.toSample(green);
        to[at++] = ResizeKernel.toSample(blue);
      }
    }
    return Image.wrap(width, image.height(), to);
  }

  /** Filters along the columns; a row of sums at a time, so that memory is read in order. */
  private static Image vertical(Image image, int height, Resampling resampling) {
    if (height == image.height()) {
      return image;
    }
    ResizeKernel kernel = ResizeKernel.of(image.height(), height, resampling);
    int stride = image.width() * CHANNELS;
    byte[] from = image.samples();
    byte[] to = Image.allocate(image.width(), height);
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, ResizeKernel.HALF);
      for (int t = 0; t < kernel.count()[y]; t++) {
        int weight = kernel.weights()[y * kernel.taps() + t];
        int row = (kernel.first()[y] + t) * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += (from[row + i] & 0xFF) * weight;
        }
      }
      for (int i = 0; i < stride; i++) {
        to[y * stride + i] = ResizeKernel.toSample(sums[i]);
      }
    }
    return Image.wrap(image.width(), height, to);
  }

  private static Image nearest(Image image, int width, int height) {
    int[] columns = nearestPositions(image.width(), width);
    int[] rows = nearestPositions(image.height(), height);
    byte[] from = image.samples();
    byte[] to = Image.allocate(width, height);
    int at = 0;
    for (int row : rows) {
      for (int column : columns) {
        int pixel = (row * image.width() + column) * CHANNELS;
        to[at++] = from[pixel];
        to[at++] = from[pixel + 1];
        to[at++] = from[pixel + 2];
      }
    }
    return Image.wrap(width, height, to);
  }

  /** Positions are summed up, not multiplied, because the reference's rounding errors count. */
  private static int[] nearestPositions(int inputs, int outputs) {
    double step = (double) inputs / outputs;
    double position = step * 0.5;
    int[] positions = new int[outputs];
    for (int i = 0; i < outputs; i++) {
      positions[i] = Math.min((int) position, inputs - 1);
      position += step;
    }
    return positions;
  }
}

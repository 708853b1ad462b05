package io.vlm4j.image;

import io.vlm4j.error.InvalidOptionException;
import java.util.Arrays;

/**
 * Pillow's 8-bit resize ({@code src/libImaging/Resample.c}): rows first, then columns, each in
 * fixed point and rounded to bytes in between. A pass that would not change the size is left out.
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
    if (resampling == Resampling.NEAREST) {
      return nearest(image, width, height);
    }
    ResizeKernel columns = ResizeKernel.of(image.height(), height, resampling);
    boolean vertical = height != image.height();
    int begin = vertical ? columns.begin() : 0;
    int end = vertical ? columns.end() : image.height();

    byte[] samples = image.samples();
    if (width != image.width()) {
      ResizeKernel rows = ResizeKernel.of(image.width(), width, resampling);
      samples = horizontal(samples, image.width(), begin, end, rows);
    } else {
      begin = 0; // nothing was cut off
    }
    if (vertical) {
      samples = vertical(samples, width, begin, columns);
    }
    return Image.wrap(width, height, samples);
  }

  /** Filters along the rows {@code begin} to {@code end}, which are all that come out. */
  private static byte[] horizontal(
      byte[] from, int fromWidth, int begin, int end, ResizeKernel kernel) {
    int width = kernel.outputs();
    byte[] to = Image.allocate(width, end - begin);
    int[] weights = kernel.weights();
    int at = 0;
    for (int y = begin; y < end; y++) {
      int row = y * fromWidth;
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
    return to;
  }

  /** Filters along the columns; a row of sums at a time, so that memory is read in order. */
  private static byte[] vertical(byte[] from, int width, int begin, ResizeKernel kernel) {
    int height = kernel.outputs();
    int stride = width * CHANNELS;
    byte[] to = Image.allocate(width, height);
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, ResizeKernel.HALF);
      for (int t = 0; t < kernel.count()[y]; t++) {
        int weight = kernel.weights()[y * kernel.taps() + t];
        int row = (kernel.first()[y] - begin + t) * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += (from[row + i] & 0xFF) * weight;
        }
      }
      for (int i = 0; i < stride; i++) {
        to[y * stride + i] = ResizeKernel.toSample(sums[i]);
      }
    }
    return to;
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

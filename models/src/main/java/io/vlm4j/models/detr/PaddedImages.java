package io.vlm4j.models.detr;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Images padded at the right and below to one size.
 *
 * @param pixelValues float32 [B, 3, H, W], 0 in the padding
 * @param mask float32 [B, H, W], 1 where the image is
 */
record PaddedImages(Tensor pixelValues, Tensor mask) {
  /**
   * Pads images.
   *
   * @param padTo height and width; the largest of the images' if empty
   */
  static PaddedImages of(List<ProcessedImage> images, Optional<int[]> padTo, Device device) {
    int tallest = images.stream().mapToInt(ProcessedImage::height).max().orElseThrow();
    int widest = images.stream().mapToInt(ProcessedImage::width).max().orElseThrow();
    int height = padTo.map(size -> size[0]).orElse(tallest);
    int width = padTo.map(size -> size[1]).orElse(widest);
    if (tallest > height || widest > width) {
      throw new InvalidImageException(
          "an image of %d x %d pixels after resizing is larger than pad_size, %d x %d"
              .formatted(widest, tallest, width, height));
    }
    int plane = Math.multiplyExact(height, width);
    float[] pixels = new float[Math.multiplyExact(3 * images.size(), plane)];
    float[] mask = new float[images.size() * plane];
    for (int i = 0; i < images.size(); i++) {
      ProcessedImage image = images.get(i);
      for (int line = 0; line < 3 * image.height(); line++) {
        int channel = line / image.height();
        int row = line % image.height();
        System.arraycopy(
            image.pixelValues(),
            line * image.width(),
            pixels,
            (3 * i + channel) * plane + row * width,
            image.width());
      }
      for (int row = 0; row < image.height(); row++) {
        int start = i * plane + row * width;
        Arrays.fill(mask, start, start + image.width(), 1);
      }
    }
    record(mask, images.size(), height, width);
    try (TensorScope scope = TensorScope.open()) {
      Tensor values = Tensor.of(pixels, images.size(), 3, height, width);
      Trace.record("pixel_values", () -> values);
      return new PaddedImages(
          scope.keep(values.to(device)),
          scope.keep(Tensor.of(mask, images.size(), height, width).to(device)));
    }
  }

  private static void record(float[] mask, int count, int height, int width) {
    if (Trace.isOn()) {
      long[] whole = new long[mask.length];
      for (int i = 0; i < mask.length; i++) {
        whole[i] = (long) mask[i];
      }
      Trace.record("pixel_mask", whole, count, height, width);
    }
  }
}

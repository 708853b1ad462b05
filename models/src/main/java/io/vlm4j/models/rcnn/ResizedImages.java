package io.vlm4j.models.rcnn;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * Images as the network takes them: normalised, resized without antialiasing, padded to one size.
 *
 * @param pixelValues float32 [B, 3, H, W]
 * @param heights of the images before padding
 * @param widths of the images before padding
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ResizedImages(Tensor pixelValues, int[] heights, int[] widths) {
  /** A side beyond what any network looks at; such a map alone takes gigabytes. */
  private static final int MAX_SIDE = 16384;

  static ResizedImages of(List<Image> images, RcnnConfig config, Device device) {
    int count = images.size();
    int[] heights = new int[count];
    int[] widths = new int[count];
    try (TensorScope scope = TensorScope.open()) {
      Tensor mean = Tensor.of(config.mean(), 3).to(device);
      Tensor std = Tensor.of(config.std(), 3).to(device);
      List<Tensor> resized = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Image image = images.get(i);
        int[] size = size(image, config);
        heights[i] = size[0];
        widths[i] = size[1];
        Tensor pixels = pixels(image).to(device);
        Trace.record("image", () -> pixels);
        resized.add(
            KernelLibrary.shared()
                .call("normalize_and_resize", pixels, mean, std, size[0], size[1]));
      }
      int height = padded(heights, config.divisor());
      int width = padded(widths, config.divisor());
      Tensor[] padded =
          resized.stream()
              .map(image -> KernelLibrary.shared().call("pad_below", image, height, width))
              .toArray(Tensor[]::new);
      Tensor pixelValues = scope.keep(Tensor.cat(0, padded));
      Trace.record("pixel_values", () -> pixelValues);
      return new ResizedImages(pixelValues, heights, widths);
    }
  }

  private static int[] size(Image image, RcnnConfig config) {
    if (config.fixedSize().isPresent()) {
      int[] fixed = config.fixedSize().get();
      return new int[] {fixed[fixed.length - 1], fixed[0]};
    }
    double shorter = Math.min(image.width(), image.height());
    double longer = Math.max(image.width(), image.height());
    double scale = Math.min(config.minSize() / shorter, config.maxSize() / longer);
    int height = (int) Math.floor(image.height() * scale);
    int width = (int) Math.floor(image.width() * scale);
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
      throw new InvalidImageException(
          "an image of %d x %d pixels becomes %d x %d; expected sides of 1 to %d"
              .formatted(image.width(), image.height(), width, height, MAX_SIDE));
    }
    return new int[] {height, width};
  }

  private static int padded(int[] sides, int divisor) {
    int longest = 0;
    for (int side : sides) {
      longest = Math.max(longest, side);
    }
    return (longest + divisor - 1) / divisor * divisor;
  }

  /** [3, H, W], from 0 to 1. */
  private static Tensor pixels(Image image) {
    byte[] samples = image.rgb();
    int count = samples.length / 3;
    float[] values = new float[samples.length];
    for (int i = 0; i < count; i++) {
      for (int channel = 0; channel < 3; channel++) {
        values[channel * count + i] = (samples[3 * i + channel] & 0xFF) / 255f;
      }
    }
    return Tensor.of(values, 3, image.height(), image.width());
  }
}

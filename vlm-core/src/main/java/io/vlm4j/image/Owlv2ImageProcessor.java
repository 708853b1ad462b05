package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidImageException;
import java.util.Arrays;

/**
 * OWLv2's preprocessing: rescaling, gray padding at the right and bottom to a square, smooth
 * resizing of real numbers (never rounded to bytes), normalisation.
 */
final class Owlv2ImageProcessor implements ImageProcessor {
  private static final float GRAY = 0.5f;
  private static final JsonNode SIZE = JsonNode.parse("{\"size\": 960}", "Owlv2ImageProcessor");

  private final PixelScaling scaling;
  private final TargetSize.Fixed size;
  private final boolean pads;
  private final boolean resizes;

  Owlv2ImageProcessor(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json.withFallback(SIZE, "size"));
    this.scaling = config.scaling(ProcessorConfig.Normalization.CLIP);
    this.size = config.fixedSize("size");
    this.pads = config.flag("do_pad", true);
    this.resizes = config.flag("do_resize", true);
  }

  @Override
  public ProcessedImage process(Image image) {
    int side = Math.max(image.width(), image.height());
    int width = pads ? side : image.width();
    int height = pads ? side : image.height();
    int outWidth = resizes ? size.width() : width;
    int outHeight = resizes ? size.height() : height;
    Image.checkPixels(width, height);
    Image.checkPixels(outWidth, outHeight);
    try {
      float[] values = new float[Math.multiplyExact(3, outWidth * outHeight)];
      Range range = Range.of(image, scaling, width * height > image.width() * image.height());
      for (int channel = 0; channel < 3; channel++) {
        float[] plane = plane(image, channel, width, height);
        float[] resized =
            resizes ? SmoothResize.apply(plane, width, height, outWidth, outHeight) : plane;
        for (int i = 0; i < resized.length; i++) {
          values[channel * resized.length + i] =
              scaling.normalised(channel, range.clip(resized[i]));
        }
      }
      return new ProcessedImage(
          values, 1, outHeight, outWidth, 0, 0, image.height(), image.width(), null);
    } catch (OutOfMemoryError e) {
      throw new InvalidImageException(
          "a picture of %d x %d pixels does not fit into memory as real numbers; raise the heap (-Xmx)"
              .formatted(width, height),
          e);
    }
  }

  /** One colour of the padded picture, [height, width]. */
  private float[] plane(Image image, int channel, int width, int height) {
    float[] plane = new float[width * height];
    Arrays.fill(plane, GRAY);
    byte[] samples = image.samples();
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        plane[y * width + x] = scaling.rescaled(samples[3 * (y * image.width() + x) + channel]);
      }
    }
    return plane;
  }

  /** From the least to the greatest value of a picture; resizing does not leave it. */
  private record Range(float least, float greatest) {
    static Range of(Image image, PixelScaling scaling, boolean padded) {
      float least = padded ? GRAY : Float.POSITIVE_INFINITY;
      float greatest = padded ? GRAY : Float.NEGATIVE_INFINITY;
      for (byte sample : image.samples()) {
        least = Math.min(least, scaling.rescaled(sample));
        greatest = Math.max(greatest, scaling.rescaled(sample));
      }
      return new Range(least, greatest);
    }

    float clip(float value) {
      return Math.max(least, Math.min(greatest, value));
    }
  }
}

package io.vlm4j.image;

/**
 * Rescaling and normalisation of 8-bit samples: {@code (sample * rescaleFactor - mean) / std}.
 *
 * <p>There are only 256 samples a channel, so the values are computed once, with the roundings of
 * numpy: the product in double precision, rounded to single, the rest in single precision.
 */
final class PixelScaling {
  private final float[][] values = new float[3][256];
  private final float[] rescaled = new float[256];
  private final float[] mean;
  private final float[] std;

  /**
   * Computes the values.
   *
   * @param rescaleFactor 1 leaves samples as they are
   * @param mean [3]
   * @param std [3]
   */
  PixelScaling(double rescaleFactor, float[] mean, float[] std) {
    this.mean = mean.clone();
    this.std = std.clone();
    for (int sample = 0; sample < 256; sample++) {
      rescaled[sample] = (float) (sample * rescaleFactor);
      for (int channel = 0; channel < 3; channel++) {
        values[channel][sample] = normalised(channel, rescaled[sample]);
      }
    }
  }

  /** A sample rescaled, not yet normalised. */
  float rescaled(byte sample) {
    return rescaled[sample & 0xFF];
  }

  /** A rescaled value normalised. */
  float normalised(int channel, float value) {
    return (value - mean[channel]) / std[channel];
  }

  /** True for three finite means and three finite, positive deviations. */
  static boolean isValid(float[] mean, float[] std) {
    if (mean.length != 3 || std.length != 3) {
      return false;
    }
    for (int channel = 0; channel < 3; channel++) {
      if (!Float.isFinite(mean[channel]) || !Float.isFinite(std[channel]) || !(std[channel] > 0)) {
        return false;
      }
    }
    return true;
  }

  /** Writes a picture as [3, height, width], beginning at an offset. */
  void write(Image image, float[] pixelValues, int offset) {
    byte[] samples = image.samples();
    int pixels = samples.length / 3;
    for (int channel = 0; channel < 3; channel++) {
      float[] value = values[channel];
      int at = offset + channel * pixels;
      for (int i = 0; i < pixels; i++) {
        pixelValues[at + i] = value[samples[3 * i + channel] & 0xFF];
      }
    }
  }
}

package io.vlm4j.models.prefix;

import io.vlm4j.image.ProcessedImage;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import java.util.List;

/** Preprocessed images of one size as a tensor. */
public final class PixelBatch {
  private PixelBatch() {}

  /** The tiles of all images, one after the other: float32 [sum of tiles, 3, H, W]. */
  public static Tensor of(List<ProcessedImage> images, Device device) {
    ProcessedImage first = images.get(0);
    int tiles = images.stream().mapToInt(ProcessedImage::tiles).sum();
    int tileSize = 3 * first.height() * first.width();
    float[] pixels = new float[Math.multiplyExact(tiles, tileSize)];
    int offset = 0;
    for (ProcessedImage image : images) {
      System.arraycopy(image.pixelValues(), 0, pixels, offset, image.tiles() * tileSize);
      offset += image.tiles() * tileSize;
    }
    return Tensor.of(pixels, tiles, 3, first.height(), first.width()).to(device);
  }
}

package io.vlm4j.models.fusion;

import io.vlm4j.image.ProcessedImage;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Preprocessed images of one size as a tensor. */
public final class PixelBatch {
  /** Bounds the memory of one pass through an encoder. */
  private static final int TILES_PER_PASS = 16;

  private PixelBatch() {}

  /**
   * Applies an encoder to all pictures, a few at a time; a trace sees all at once.
   *
   * @param pixelValues float32 [B, 3, H, W]
   */
  static Tensor inPasses(Tensor pixelValues, UnaryOperator<Tensor> encode) {
    int tiles = pixelValues.size(0);
    if (tiles <= TILES_PER_PASS || Trace.isOn()) {
      return encode.apply(pixelValues);
    }
    List<Tensor> passes = new ArrayList<>();
    for (int tile = 0; tile < tiles; tile += TILES_PER_PASS) {
      int count = Math.min(TILES_PER_PASS, tiles - tile);
      passes.add(encode.apply(pixelValues.narrow(0, tile, count)));
    }
    return Tensor.cat(0, passes.toArray(Tensor[]::new));
  }

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

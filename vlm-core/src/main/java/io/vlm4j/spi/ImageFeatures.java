package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/**
 * What a vision encoder makes of images.
 *
 * @param hiddenStates float32 [B, T, D], or [B, T, D n] if n layers were asked for
 * @param prefixTokens how many of the T stand before the patches (class token, registers)
 * @param rows rows of patches
 * @param columns columns of patches; T = prefixTokens + rows * columns
 */
public record ImageFeatures(Tensor hiddenStates, int prefixTokens, int rows, int columns) {
  /** The same without class token and registers. */
  public ImageFeatures patches() {
    if (prefixTokens == 0) {
      return this;
    }
    Tensor patches = hiddenStates.narrow(1, prefixTokens, (long) rows * columns);
    return new ImageFeatures(patches, 0, rows, columns);
  }

  /** The patches in their places: [B, rows, columns, D]. */
  public Tensor grid() {
    Tensor patches = patches().hiddenStates();
    return patches.view(patches.size(0), rows, columns, patches.size(2));
  }
}

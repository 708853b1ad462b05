package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/** Cuts images into square patches and projects each to D features. */
public final class PatchEmbedding {
  private final ScriptObject layer;

  private PatchEmbedding(ScriptObject layer) {
    this.layer = layer;
  }

  /** Reads {@code weight} [D, channels, p, p] and {@code bias} [D]. */
  public static PatchEmbedding load(
      Weights weights, int channels, int patchSize, int size, boolean bias) {
    Tensor weight = weights.getFloat("weight", size, channels, patchSize, patchSize);
    Tensor offset = bias ? weights.getFloat("bias", size) : null;
    return new PatchEmbedding(KernelLibrary.shared().callObject("patch_embedding", weight, offset));
  }

  /**
   * Projects the patches, row by row.
   *
   * @param pixelValues float32 [B, channels, H, W]; rows and columns beyond a multiple of the patch
   *     are left out
   * @return float32 [B, (H/p)(W/p), D]
   */
  public Tensor forward(Tensor pixelValues) {
    return KernelLibrary.shared().call("patch_embedding_forward", layer, pixelValues);
  }
}

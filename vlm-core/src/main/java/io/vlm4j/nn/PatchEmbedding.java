package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/** Cuts images, or other maps, into square patches and projects each to D features. */
public final class PatchEmbedding {
  private final ScriptObject layer;

  private PatchEmbedding(ScriptObject layer) {
    this.layer = layer;
  }

  /** Reads {@code weight} [D, channels, p, p] and {@code bias} [D]. */
  public static PatchEmbedding load(
      Weights weights, int channels, int patchSize, int size, boolean bias) {
    Tensor weight = weights.getFloat("weight", size, channels, patchSize, patchSize);
    return of(weight, bias ? weights.getFloat("bias", size) : null, patchSize);
  }

  /**
   * Patches from tensors at hand.
   *
   * @param weight float32 [D, channels, p, p]
   * @param bias float32 [D]; null for none
   * @param stride places from one patch to the next; less than p where they overlap
   */
  public static PatchEmbedding of(Tensor weight, Tensor bias, int stride) {
    return new PatchEmbedding(
        KernelLibrary.shared().callObject("patch_embedding", weight, bias, stride));
  }

  /**
   * Projects the patches, row by row.
   *
   * @param pixelValues float32 [B, channels, H, W]; what is left of rows and columns after the last
   *     whole patch is left out
   * @return float32 [B, rows * columns, D]
   */
  public Tensor forward(Tensor pixelValues) {
    return KernelLibrary.shared().call("patch_embedding_forward", layer, pixelValues);
  }
}

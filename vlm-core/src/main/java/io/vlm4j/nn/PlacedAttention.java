package io.vlm4j.nn;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/**
 * Attention whose queries and keys know their places and whose values do not: the places are added
 * anew in every layer.
 *
 * @see <a href="https://arxiv.org/abs/2005.12872">End-to-end object detection with transformers</a>
 */
public final class PlacedAttention {
  private final ScriptObject layer;

  private PlacedAttention(ScriptObject layer) {
    this.layer = layer;
  }

  /**
   * Reads {@code query}, {@code key}, {@code value} and {@code output}, with biases.
   *
   * @param norm before the projections; null for none
   * @param residual how the result joins the stream
   */
  public static PlacedAttention load(
      Weights weights, int size, int heads, Norm norm, Residual residual) {
    if (heads < 1 || size % heads != 0) {
      throw new InvalidModelException(
          "attention of width " + size + " cannot be split into " + heads + " heads");
    }
    return new PlacedAttention(
        KernelLibrary.shared()
            .callObject(
                "placed_attention",
                norm == null ? null : norm.layer(),
                Linear.load(weights.at("query"), size, size, true).layer(),
                Linear.load(weights.at("key"), size, size, true).layer(),
                Linear.load(weights.at("value"), size, size, true).layer(),
                Linear.load(weights.at("output"), size, size, true).layer(),
                residual.layer(),
                heads));
  }

  /**
   * Self-attention.
   *
   * @param x float32 [B, T, D]
   * @param places float32 [B, T, D] or [1, T, D]
   * @param mask float32, added to the scores [B, heads, T, T]; null for none
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, Tensor places, Tensor mask) {
    return forward(x, places, null, null, mask);
  }

  /**
   * Attention to a context.
   *
   * @param x float32 [B, T, D]
   * @param places of x, [B, T, D] or [1, T, D]
   * @param context float32 [B, S, D]
   * @param contextPlaces of the context, [B, S, D]
   * @param mask float32, added to the scores [B, heads, T, S]; null for none
   * @return float32 [B, T, D]
   */
  public Tensor forward(
      Tensor x, Tensor places, Tensor context, Tensor contextPlaces, Tensor mask) {
    return KernelLibrary.shared()
        .call("placed_attention_forward", layer, x, places, context, contextPlaces, mask);
  }
}

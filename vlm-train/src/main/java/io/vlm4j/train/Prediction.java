package io.vlm4j.train;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;

/**
 * What a model makes of the texts that it learns.
 *
 * @param logits float32 [R, V]
 * @param targets int64 [R]
 */
record Prediction(Tensor logits, Tensor targets) {
  /** The cross-entropy of the targets, summed and divided by a number of tokens. */
  Tensor loss(long tokens) {
    return KernelLibrary.shared().call("token_loss", logits, targets, (double) tokens);
  }
}

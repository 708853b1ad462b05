package io.vlm4j.llm.decoder;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Mlp;
import io.vlm4j.tensor.Tensor;

/**
 * One block: causal attention, then the feed-forward. Norms and residuals are inside both.
 *
 * @param attention the first sublayer
 * @param mlp the second
 */
public record DecoderBlock(Attention attention, Mlp mlp) {
  Tensor forward(Tensor hiddenStates, KvState state, int index, Positions.Order order) {
    return mlp.forward(attention.forward(hiddenStates, state, index, order.angles(), order.mask()));
  }

  /** Bytes of the weights of its linear layers. */
  long bytes() {
    return attention.bytes() + mlp.bytes();
  }
}

package io.vlm4j.llm.decoder;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Mlp;
import io.vlm4j.tensor.Tensor;
import java.util.Optional;

/**
 * One block: causal attention, attention to an encoder's output where there is one, feed-forward.
 * Norms and residuals are inside these sublayers. In the parallel form the feed-forward sees what
 * attention sees, and both are added to it.
 *
 * @param attention to the tokens so far
 * @param crossAttention to an encoder's output
 * @param mlp the feed-forward
 * @param parallel attention and feed-forward have the same input
 */
public record DecoderBlock(
    Attention attention, Optional<CrossAttention> crossAttention, Mlp mlp, boolean parallel) {
  /** A block whose feed-forward sees what the attention has made. */
  public DecoderBlock(Attention attention, Optional<CrossAttention> crossAttention, Mlp mlp) {
    this(attention, crossAttention, mlp, false);
  }

  /** A block that sees its own tokens only. */
  public DecoderBlock(Attention attention, Mlp mlp) {
    this(attention, Optional.empty(), mlp);
  }

  /** A block that sees its own tokens only, in either form. */
  public static DecoderBlock of(Attention attention, Mlp mlp, boolean parallel) {
    return new DecoderBlock(attention, Optional.empty(), mlp, parallel);
  }

  Tensor forward(Tensor hiddenStates, KvState state, int index, Positions.Order order) {
    Tensor seen = attention.forward(hiddenStates, state, index, order.angles(), order.mask());
    Tensor stream = crossAttention.map(layer -> layer.forward(seen, state, index)).orElse(seen);
    return parallel ? mlp.forward(hiddenStates, stream) : mlp.forward(stream);
  }

  /** Sequences without a state. */
  Tensor forward(Tensor hiddenStates, Positions.Order order) {
    if (crossAttention.isPresent()) {
      throw new IllegalStateException("a block that looks at an encoder's output needs a state");
    }
    Tensor seen = attention.forward(hiddenStates, order.angles(), order.mask());
    return parallel ? mlp.forward(hiddenStates, seen) : mlp.forward(seen);
  }

  /** Bytes of the weights of its linear layers. */
  long bytes() {
    return attention.bytes() + crossAttention.map(CrossAttention::bytes).orElse(0L) + mlp.bytes();
  }
}

package io.vlm4j.llm.decoder;

import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The parts of a decoder, in the order in which a token meets them.
 *
 * @param embedding the table of tokens [V, E]
 * @param input from the table's width E to the blocks' D, where they differ
 * @param positions the order of the tokens
 * @param blocks attention and feed-forward
 * @param ending what follows the last block: norms, and whatever leads from D back to E
 * @param head from E to the logits
 */
public record DecoderParts(
    Embedding embedding,
    Optional<Linear> input,
    Positions positions,
    List<DecoderBlock> blocks,
    UnaryOperator<Tensor> ending,
    Linear head) {

  /** The parts of a decoder of one width that ends with a norm. */
  public static DecoderParts of(
      Embedding embedding, Positions positions, List<DecoderBlock> blocks, Norm norm, Linear head) {
    return new DecoderParts(embedding, Optional.empty(), positions, blocks, norm::forward, head);
  }

  /**
   * The output layer: {@code weight} [V, E], or the table of tokens itself. A tied checkpoint may
   * still hold a copy of the table under the name of the output layer.
   */
  public static Linear head(Weights weights, Embedding embedding, boolean tied) {
    Tensor table = embedding.table();
    Placement placement = weights.placement();
    if (tied) {
      weights.skip("weight");
      return Linear.tied(table, placement);
    }
    return Linear.load(weights, table.size(1), table.size(0), false);
  }

  Tensor intoBlocks(Tensor embeddings, KvState state) {
    Tensor wide = input.map(layer -> layer.forward(embeddings)).orElse(embeddings);
    return state.isJoined()
        ? positions.addToNext(wide, state)
        : positions.addTo(wide, state.length());
  }

  Tensor intoBlocks(Tensor embeddings, BranchedSequences sequences) {
    Tensor wide = input.map(layer -> layer.forward(embeddings)).orElse(embeddings);
    return positions.addTo(wide, sequences);
  }

  long stepBytes() {
    return blocks.stream().mapToLong(DecoderBlock::bytes).sum()
        + input.map(Linear::bytes).orElse(0L)
        + head.bytes();
  }
}

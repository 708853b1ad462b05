package io.vlm4j.llm.decoder;

import io.vlm4j.nn.AlibiBias;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.RelativePositionBias;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import java.util.stream.IntStream;

/** How a decoder knows the order of its tokens. */
public interface Positions {
  /** Rotary positions: attention turns queries and keys. */
  static Positions rotary(RotaryEmbedding rotary) {
    return new Positions() {
      @Override
      public Order order(int start, int count) {
        return new Order(rotary.at(start, count), null);
      }

      @Override
      public Order order(BranchedSequences sequences) {
        return new Order(rotary.at(sequences.positions(), sequences.longest()), sequences.mask());
      }

      @Override
      public Order nextOf(KvState joined) {
        return new Order(
            RotaryEmbedding.Angles.ofRows(
                IntStream.range(0, joined.batch())
                    .mapToObj(row -> rotary.at(joined.length(row), 1))
                    .toList()),
            joined.inUse(joined.length() + 1));
      }
    };
  }

  /** Learned positions, then a norm (BERT). */
  static Positions learned(PositionEmbedding table, Norm norm) {
    Positions plain = learned(table);
    return new Positions() {
      @Override
      public Tensor addTo(Tensor embeddings, int start) {
        return norm.forward(plain.addTo(embeddings, start));
      }

      @Override
      public Tensor addToNext(Tensor embeddings, KvState joined) {
        return norm.forward(plain.addToNext(embeddings, joined));
      }

      @Override
      public Tensor addTo(Tensor embeddings, BranchedSequences sequences) {
        return norm.forward(plain.addTo(embeddings, sequences));
      }
    };
  }

  /** Biases by distance: added to the scores. */
  static Positions relative(RelativePositionBias bias) {
    return biased(bias::causal);
  }

  /** Biases in proportion to the distance: added to the scores. */
  static Positions alibi(AlibiBias bias) {
    return biased(bias::causal);
  }

  /** Learned positions: added to the embeddings. */
  static Positions learned(PositionEmbedding table) {
    return new Positions() {
      @Override
      public Tensor addTo(Tensor embeddings, int start) {
        return table.addTo(embeddings, start);
      }

      @Override
      public Tensor addTo(Tensor embeddings, BranchedSequences sequences) {
        return table.addTo(embeddings, sequences.positions());
      }

      @Override
      public Tensor addToNext(Tensor embeddings, KvState joined) {
        Tensor[] rows =
            IntStream.range(0, joined.batch())
                .mapToObj(row -> table.addTo(embeddings.narrow(0, row, 1), joined.length(row)))
                .toArray(Tensor[]::new);
        return Tensor.cat(0, rows);
      }
    };
  }

  private static Positions biased(Bias bias) {
    return new Positions() {
      @Override
      public Order order(int start, int count) {
        return new Order(null, bias.causal(start, count));
      }

      @Override
      public Order nextOf(KvState joined) {
        Tensor own = bias.causal(joined.length(), 1);
        Tensor inUse = joined.inUse(joined.length() + 1);
        return new Order(null, KernelLibrary.shared().call("bias_in_use", own, inUse));
      }

      @Override
      public Order order(BranchedSequences sequences) {
        Tensor all = bias.causal(0, sequences.longest());
        return new Order(
            null,
            KernelLibrary.shared()
                .call("branch_bias", all, sequences.positions(), sequences.mask()));
      }
    };
  }

  /**
   * The input of the first block.
   *
   * @param embeddings float32 [B, T, D]
   * @param start place of the first of the T
   */
  default Tensor addTo(Tensor embeddings, int start) {
    return embeddings;
  }

  /**
   * The input of the first block for the next token of each of some sequences.
   *
   * @param embeddings float32 [B, 1, D]
   */
  default Tensor addToNext(Tensor embeddings, KvState joined) {
    return embeddings;
  }

  /** The input of the first block for sequences that branch. */
  default Tensor addTo(Tensor embeddings, BranchedSequences sequences) {
    return embeddings;
  }

  /** What attention is told of sequences that branch. */
  default Order order(BranchedSequences sequences) {
    return new Order(null, sequences.mask());
  }

  /** What attention is told of {@code count} places from {@code start} on. */
  default Order order(int start, int count) {
    return Order.UNSAID;
  }

  /** What attention is told of the next token of each of some sequences. */
  default Order nextOf(KvState joined) {
    return new Order(null, joined.inUse(joined.length() + 1));
  }

  /** Biases on the scores, float32 [1, heads, count, start + count]. */
  @FunctionalInterface
  interface Bias {
    /** Those of {@code count} positions from {@code start} on, which see none after them. */
    Tensor causal(int start, int count);
  }

  /**
   * What attention is told of places.
   *
   * @param angles of queries and keys; null without rotary positions
   * @param mask on the scores, [.., T, start + T]; null for the causal mask alone
   */
  record Order(RotaryEmbedding.Angles angles, Tensor mask) {
    /** Nothing but that a token sees none after it. */
    static final Order UNSAID = new Order(null, null);
  }
}

package io.vlm4j.llm.decoder;

import io.vlm4j.nn.AlibiBias;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.nn.RelativePositionBias;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.tensor.Tensor;

/** How a decoder knows the order of its tokens. */
public interface Positions {
  /** Rotary positions: attention turns queries and keys. */
  static Positions rotary(RotaryEmbedding rotary) {
    return new Positions() {
      @Override
      public Order order(int start, int count) {
        return new Order(rotary.at(start, count), null);
      }
    };
  }

  /** Learned positions, then a norm (BERT). */
  static Positions learned(PositionEmbedding table, Norm norm) {
    return new Positions() {
      @Override
      public Tensor addTo(Tensor embeddings, int start) {
        return norm.forward(table.addTo(embeddings, start));
      }
    };
  }

  /** Biases by distance: added to the scores. */
  static Positions relative(RelativePositionBias bias) {
    return new Positions() {
      @Override
      public Order order(int start, int count) {
        return new Order(null, bias.causal(start, count));
      }
    };
  }

  /** Biases in proportion to the distance: added to the scores. */
  static Positions alibi(AlibiBias bias) {
    return new Positions() {
      @Override
      public Order order(int start, int count) {
        return new Order(null, bias.causal(start, count));
      }
    };
  }

  /** Learned positions: added to the embeddings. */
  static Positions learned(PositionEmbedding table) {
    return new Positions() {
      @Override
      public Tensor addTo(Tensor embeddings, int start) {
        return table.addTo(embeddings, start);
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

  /** What attention is told of {@code count} places from {@code start} on. */
  default Order order(int start, int count) {
    return Order.UNSAID;
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

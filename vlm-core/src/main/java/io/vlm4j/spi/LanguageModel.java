package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A language model that continues a sequence of embeddings, one token at a time. Immutable and
 * thread-safe: all that changes during a generation is in the {@link DecodeState}.
 *
 * <p>Tensors that are returned belong to the caller's {@link io.vlm4j.tensor.TensorScope}.
 */
public interface LanguageModel extends AutoCloseable {
  /** Width D of the embeddings. */
  int hiddenSize();

  /** Width of a prompt's embeddings; only an encoder-decoder may read others than it writes. */
  default int promptSize() {
    return hiddenSize();
  }

  /** Number of logits V. */
  int vocabularySize();

  /** The most positions that a sequence may have. */
  int contextLength();

  /**
   * The input embeddings of tokens.
   *
   * @return float32 [T, D]
   * @throws io.vlm4j.error.InvalidPromptException if an id is outside the vocabulary
   */
  Tensor embed(int... ids);

  /**
   * An empty state for {@code batch} sequences of up to {@code capacity} positions.
   *
   * @throws io.vlm4j.error.InvalidPromptException if the capacity exceeds {@link #contextLength()}
   */
  DecodeState newState(int batch, int capacity);

  /**
   * Appends embeddings to the sequences.
   *
   * @param embeddings float32 [B, T, D]
   * @param state advanced by T positions
   * @param logits of which positions logits are wanted
   * @return float32 [B, T, V], or [B, 1, V] for the last position alone
   */
  Tensor forward(Tensor embeddings, DecodeState state, Logits logits);

  /**
   * Reads a prompt. A decoder appends it to its sequences; an {@link EncoderDecoder} gives it to
   * its encoder and begins sequences of its own.
   *
   * @param embeddings float32 [B, T, D]
   * @return logits of the first new token, float32 [B, V]
   */
  default Tensor prompt(Tensor embeddings, DecodeState state) {
    Tensor logits = forward(embeddings, state, Logits.LAST);
    return logits.view(logits.size(0), vocabularySize());
  }

  /** The tokens of the sequence once a prompt of these tokens was read. */
  default int[] sequenceAfter(int... promptIds) {
    return promptIds;
  }

  /**
   * Appends one token to each sequence.
   *
   * @param tokens one id a sequence
   * @return logits of the next token, float32 [B, V]
   */
  default Tensor step(int[] tokens, DecodeState state) {
    Tensor embeddings = embed(tokens).view(tokens.length, 1, hiddenSize());
    return forward(embeddings, state, Logits.LAST).view(tokens.length, vocabularySize());
  }

  /**
   * Sequences of different lengths in one state, so that steps of all of them read the weights
   * once. A state of theirs takes single tokens only, and cannot be cut short.
   *
   * @param states of one sequence each; they stay as they are
   * @param room positions that each may grow by
   * @return nothing if these sequences can only go on by themselves
   */
  default Optional<DecodeState> join(List<DecodeState> states, int room) {
    return Optional.empty();
  }

  /** Bytes of weights that one step reads; 0 if unknown. The limit of decoding is memory. */
  default long stepBytes() {
    return 0;
  }

  @Override
  void close();

  /** The positions whose logits are computed. */
  enum Logits {
    ALL,
    LAST
  }
}

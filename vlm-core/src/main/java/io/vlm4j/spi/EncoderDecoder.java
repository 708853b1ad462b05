package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;
import java.util.Arrays;

/**
 * A language model whose encoder reads the prompt and whose decoder writes the answer as a sequence
 * of its own. {@link #forward} and {@link #step} are the decoder's; the positions of its states are
 * those of the answer.
 */
public interface EncoderDecoder extends LanguageModel {
  /** The token with which every answer begins. */
  int startToken();

  /**
   * Reads a prompt, which the decoder attends to from now on.
   *
   * @param embeddings float32 [B, S, D], or [1, S, D] for all sequences of the state
   * @param state without positions
   * @return the encoder's last hidden state, float32 [B, S, D]
   */
  Tensor encode(Tensor embeddings, DecodeState state);

  /** What the decoder reads to write an answer: the start token, then all tokens but the last. */
  default int[] decoderInput(int... answer) {
    int[] ids = new int[Math.max(1, answer.length)];
    ids[0] = startToken();
    System.arraycopy(answer, 0, ids, 1, ids.length - 1);
    return ids;
  }

  @Override
  default Tensor prompt(Tensor embeddings, DecodeState state) {
    encode(embeddings, state);
    int[] start = new int[state.batch()];
    Arrays.fill(start, startToken());
    return step(start, state);
  }

  @Override
  default int[] sequenceAfter(int... promptIds) {
    return new int[] {startToken()};
  }
}

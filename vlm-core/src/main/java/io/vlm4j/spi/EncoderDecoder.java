package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/**
 * A language model whose encoder reads the prompt and whose decoder writes the answer as a sequence
 * of its own. {@link #forward} and {@link #step} are the decoder's; the positions of its states are
 * those of the answer.
 */
public interface EncoderDecoder extends LanguageModel {
  /** The tokens with which every answer begins; at least one. */
  int[] startTokens();

  /**
   * Reads a prompt, which the decoder attends to from now on.
   *
   * @param embeddings float32 [B, S, promptSize], or [1, S, promptSize] for all sequences
   * @param state without positions
   * @return the encoder's last hidden state, float32 [B, S, D]
   */
  Tensor encode(Tensor embeddings, DecodeState state);

  /** What the decoder reads to write an answer: the start tokens, then all tokens but the last. */
  default int[] decoderInput(int... answer) {
    int[] start = startTokens();
    int kept = Math.max(0, answer.length - 1);
    int[] ids = new int[start.length + kept];
    System.arraycopy(start, 0, ids, 0, start.length);
    System.arraycopy(answer, 0, ids, start.length, kept);
    return ids;
  }

  /** The same model with answers that begin otherwise. Closing it does nothing. */
  default EncoderDecoder startingWith(int... tokens) {
    return new StartingWith(this, tokens);
  }

  @Override
  default Tensor prompt(Tensor embeddings, DecodeState state) {
    encode(embeddings, state);
    int[] start = startTokens();
    Tensor sequence =
        embed(start)
            .view(1, start.length, hiddenSize())
            .expand(state.batch(), start.length, hiddenSize());
    return forward(sequence, state, Logits.LAST).view(state.batch(), vocabularySize());
  }

  @Override
  default int[] sequenceAfter(int... promptIds) {
    return startTokens();
  }
}

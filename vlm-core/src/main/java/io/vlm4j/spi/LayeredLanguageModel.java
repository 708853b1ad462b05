package io.vlm4j.spi;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.Tensor;

/**
 * A language model that lets something be done to the hidden states before each of its blocks: new
 * layers can be put between those of a frozen model.
 */
public interface LayeredLanguageModel extends LanguageModel {
  /** Number of blocks. */
  int layerCount();

  /** Width D of the blocks' hidden states; some models' embeddings are narrower. */
  default int blockSize() {
    return hiddenSize();
  }

  /**
   * As {@link #forward(Tensor, DecodeState, Logits)}.
   *
   * @param hook is called before each block
   */
  Tensor forward(Tensor embeddings, DecodeState state, Logits logits, LayerHook hook);

  /**
   * One pass over sequences that branch, with no state; it has gradients where the model was opened
   * for them ({@link io.vlm4j.tensor.Autograd}).
   *
   * @param embeddings float32 [B, T, D]
   * @param hook is called before each block
   * @return logits of the wanted positions, float32 [R, V]
   * @throws UnsupportedModelException if the model reads no such sequences
   */
  default Tensor forward(Tensor embeddings, BranchedSequences sequences, LayerHook hook) {
    throw new UnsupportedModelException(
        "this language model reads no sequences that branch, so no connector can be trained on it");
  }

  @Override
  default Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
    return forward(embeddings, state, logits, (block, hiddenStates) -> hiddenStates);
  }

  /** What is done before a block. */
  @FunctionalInterface
  interface LayerHook {
    /**
     * The block's input.
     *
     * @param block its index, from 0
     * @param hiddenStates float32 [B, T, D], of the embeddings or the block before
     * @return float32 [B, T, D]; belongs to the caller's scope
     */
    Tensor beforeBlock(int block, Tensor hiddenStates);
  }
}

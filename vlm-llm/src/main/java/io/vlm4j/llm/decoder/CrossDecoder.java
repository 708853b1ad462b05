package io.vlm4j.llm.decoder;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModelView;
import io.vlm4j.tensor.Tensor;

/** A decoder that attends to what an encoder outside of it made, an image's features for one. */
public final class CrossDecoder extends LanguageModelView implements EncoderDecoder {
  private final CausalDecoder decoder;
  private final int contextSize;
  private final int startToken;

  /**
   * @param decoder with cross-attention in every block; closed with this
   * @param contextSize width of what it attends to
   */
  public CrossDecoder(CausalDecoder decoder, int contextSize, int startToken) {
    super(decoder);
    this.decoder = decoder;
    this.contextSize = contextSize;
    this.startToken = startToken;
  }

  @Override
  public int[] startTokens() {
    return new int[] {startToken};
  }

  @Override
  public Tensor encode(Tensor embeddings, DecodeState state) {
    decoder.attend(state, embeddings);
    return embeddings;
  }

  @Override
  public int promptSize() {
    return contextSize;
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    return decoder.newState(batch, Math.min(capacity, contextLength()));
  }

  @Override
  public void close() {
    decoder.close();
  }
}

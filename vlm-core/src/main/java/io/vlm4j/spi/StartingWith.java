package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/** An encoder-decoder with other start tokens. */
final class StartingWith extends LanguageModelView implements EncoderDecoder {
  private final EncoderDecoder model;
  private final int[] tokens;

  StartingWith(EncoderDecoder model, int... tokens) {
    super(model);
    this.model = model;
    this.tokens = tokens.clone();
  }

  @Override
  public int[] startTokens() {
    return tokens.clone();
  }

  @Override
  public Tensor encode(Tensor embeddings, DecodeState state) {
    return model.encode(embeddings, state);
  }
}

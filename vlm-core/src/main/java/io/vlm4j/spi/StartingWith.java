package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;

/** An encoder-decoder with other start tokens. */
final class StartingWith implements EncoderDecoder {
  private final EncoderDecoder model;
  private final int[] tokens;

  StartingWith(EncoderDecoder model, int... tokens) {
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

  @Override
  public int promptSize() {
    return model.promptSize();
  }

  @Override
  public int hiddenSize() {
    return model.hiddenSize();
  }

  @Override
  public int vocabularySize() {
    return model.vocabularySize();
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }

  @Override
  public long stepBytes() {
    return model.stepBytes();
  }

  @Override
  public Tensor embed(int... ids) {
    return model.embed(ids);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    return model.newState(batch, capacity);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
    return model.forward(embeddings, state, logits);
  }

  /** The model is another's. */
  @Override
  public void close() {}
}

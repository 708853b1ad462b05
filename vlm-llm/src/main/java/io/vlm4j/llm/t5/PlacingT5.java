package io.vlm4j.llm.t5;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModelView;
import io.vlm4j.tensor.Tensor;

/** A T5 for prompts of which only the first positions have a place. */
final class PlacingT5 extends LanguageModelView implements EncoderDecoder {
  private final T5Model model;
  private final int positions;

  PlacingT5(T5Model model, int positions) {
    super(model);
    this.model = model;
    this.positions = positions;
  }

  @Override
  public int[] startTokens() {
    return model.startTokens();
  }

  @Override
  public Tensor encode(Tensor embeddings, DecodeState state) {
    return model.encode(embeddings, positions, state);
  }
}

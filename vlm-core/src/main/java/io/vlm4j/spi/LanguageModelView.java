package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A language model that hands on all calls but those that a subclass answers itself. */
public abstract class LanguageModelView implements LanguageModel {
  private final LanguageModel model;

  /** A view of a model that is another's: {@link #close()} does nothing. */
  protected LanguageModelView(LanguageModel model) {
    this.model = model;
  }

  @Override
  public int hiddenSize() {
    return model.hiddenSize();
  }

  @Override
  public int promptSize() {
    return model.promptSize();
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
  public Optional<DecodeState> join(List<DecodeState> states, int room) {
    return model.join(states, room);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
    return model.forward(embeddings, state, logits);
  }

  @Override
  public void close() {}
}

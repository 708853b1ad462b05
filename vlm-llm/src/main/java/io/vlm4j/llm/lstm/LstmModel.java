package io.vlm4j.llm.lstm;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Lstm;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/** A recurrent language model. */
final class LstmModel implements LanguageModel {
  /** A recurrence has no longest sequence; this bounds the states that are kept of one. */
  private static final int LONGEST_SEQUENCE = 1 << 16;

  private final LstmConfig config;
  private final Weights weights;
  private final TensorScope parameters;
  private final Embedding embedding;
  private final List<Lstm> layers;
  private final Linear output;

  private LstmModel(LstmConfig config, Weights weights, TensorScope parameters) {
    this.config = config;
    this.weights = weights;
    this.parameters = parameters;
    int size = config.embeddingSize();
    this.embedding = Embedding.load(weights.at("embedding"), config.vocabularySize(), size);
    this.layers = IntStream.range(0, config.layers()).mapToObj(this::layer).toList();
    Weights head = weights.at("output");
    this.output = Linear.load(head, config.hiddenSize(), config.vocabularySize(), head.has("bias"));
  }

  static LstmModel load(LstmConfig config, Weights weights) {
    return TensorScope.owning(parameters -> new LstmModel(config, weights, parameters));
  }

  private Lstm layer(int index) {
    int inputs = index == 0 ? config.embeddingSize() : config.hiddenSize();
    return Lstm.load(weights.at("layers", index), inputs, config.hiddenSize());
  }

  @Override
  public int hiddenSize() {
    return config.embeddingSize();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public int contextLength() {
    return LONGEST_SEQUENCE;
  }

  @Override
  public long stepBytes() {
    return layers.stream().mapToLong(Lstm::bytes).sum() + output.bytes();
  }

  @Override
  public Tensor embed(int... ids) {
    return embedding.forward(ids);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    if (capacity > LONGEST_SEQUENCE) {
      throw new InvalidPromptException(
          capacity + " positions are more than the " + LONGEST_SEQUENCE + " that are kept");
    }
    return KvState.allocate(
        weights.placement().device(), layers.size(), batch, 1, capacity, config.hiddenSize());
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState decodeState, Logits logits) {
    KvState state = (KvState) decodeState;
    int length = embeddings.size(1);
    state.requireRoom(length);
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = embeddings;
      for (int i = 0; i < layers.size(); i++) {
        hidden = layers.get(i).forward(hidden, state, i);
      }
      if (state.length() == 0) {
        recordStates(state);
      }
      state.advance(length);
      if (logits == Logits.LAST) {
        hidden = hidden.narrow(1, length - 1L, 1);
      }
      return scope.keep(output.forward(hidden));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  /**
   * Hidden and cell states of all layers after the first input, which in captioners is the image.
   */
  private void recordStates(KvState state) {
    if (Trace.isOn()) {
      Trace.record("lstm_h0", () -> statesAfterFirst(state, 0));
      Trace.record("lstm_c0", () -> statesAfterFirst(state, 1));
    }
  }

  private Tensor statesAfterFirst(KvState state, int which) {
    return Tensor.cat(
        1,
        IntStream.range(0, layers.size())
            .mapToObj(layer -> Lstm.statesAt(state, layer, 0)[which])
            .toArray(Tensor[]::new));
  }
}

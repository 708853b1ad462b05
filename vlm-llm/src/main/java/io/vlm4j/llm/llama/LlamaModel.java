package io.vlm4j.llm.llama;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/** A decoder of the LLaMA family: embedding, blocks, norm, output layer. */
public final class LlamaModel implements LanguageModel {
  private final LlamaConfig config;
  private final TensorScope parameters;
  private final Device device;
  private final Embedding embedding;
  private final RotaryEmbedding rotary;
  private final List<LlamaBlock> blocks;
  private final Norm norm;
  private final Linear head;

  private LlamaModel(LlamaConfig config, Weights weights, TensorScope parameters) {
    this.config = config;
    this.parameters = parameters;
    this.device = weights.placement().device();
    this.embedding =
        Embedding.load(weights.at("embedding"), config.vocabularySize(), config.hiddenSize());
    this.rotary = new RotaryEmbedding(config.rotary(), device);
    this.blocks =
        IntStream.range(0, config.layers())
            .mapToObj(i -> new LlamaBlock(config, i, weights.at("layers", i)))
            .toList();
    this.norm = Norm.rmsNorm(weights.at("norm"), config.hiddenSize(), config.epsilon());
    this.head = head(config, weights);
  }

  static LlamaModel load(LlamaConfig config, Weights weights) {
    return TensorScope.owning(parameters -> new LlamaModel(config, weights, parameters));
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public int contextLength() {
    return config.maxPositions();
  }

  @Override
  public long stepBytes() {
    return blocks.stream().mapToLong(LlamaBlock::bytes).sum() + head.bytes();
  }

  @Override
  public Tensor embed(int... ids) {
    return embedding.forward(ids);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    if (capacity > contextLength()) {
      throw new InvalidPromptException(
          capacity + " positions are more than the context of " + contextLength());
    }
    return KvState.allocate(
        device, config.layers(), batch, config.keyValueHeads(), capacity, config.headSize());
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState decodeState, Logits logits) {
    KvState state = (KvState) decodeState;
    int length = embeddings.size(1);
    state.requireRoom(length);
    try (TensorScope scope = TensorScope.open()) {
      RotaryEmbedding.Angles angles = rotary.at(state.length(), length);
      Tensor hidden = embeddings;
      for (LlamaBlock block : blocks) {
        record(block, hidden);
        hidden = block.forward(hidden, state, angles);
      }
      state.advance(length);
      if (logits == Logits.LAST) {
        hidden = hidden.narrow(1, length - 1L, 1);
      }
      Tensor normalised = norm.forward(hidden);
      Trace.record("text.hidden_states." + blocks.size(), () -> rows(normalised));
      return scope.keep(head.forward(normalised));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private void record(LlamaBlock block, Tensor input) {
    if (Trace.isOn()) {
      Trace.record("text.hidden_states." + blocks.indexOf(block), () -> rows(input));
    }
  }

  /** The reference's outputs of a language model have no batch dimension. */
  private Tensor rows(Tensor hidden) {
    return hidden.view(-1, config.hiddenSize());
  }

  private Linear head(LlamaConfig config, Weights weights) {
    // A tied checkpoint may still hold a copy of the table under the name of the output layer.
    if (config.tiedEmbeddings()) {
      weights.at("head").skip("weight");
      return Linear.tied(embedding.table(), weights.placement());
    }
    return Linear.load(weights.at("head"), config.hiddenSize(), config.vocabularySize(), false);
  }
}

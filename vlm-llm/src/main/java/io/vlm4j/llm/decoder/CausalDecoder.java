package io.vlm4j.llm.decoder;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A decoder-only language model, whatever its family. */
public final class CausalDecoder implements LayeredLanguageModel {
  private final DecoderParts parts;
  private final Limits limits;
  private final Device device;
  private final String traceName;
  private final TensorScope parameters;

  private CausalDecoder(
      DecoderParts parts, Limits limits, Device device, String traceName, TensorScope parameters) {
    this.parts = parts;
    this.limits = limits;
    this.device = device;
    this.traceName = traceName;
    this.parameters = parameters;
  }

  /**
   * Makes a decoder that owns its parts.
   *
   * @param parts reads them; they are freed with the decoder, or at once if one of them fails
   */
  public static CausalDecoder owning(Supplier<DecoderParts> parts, Limits limits, Device device) {
    return owning(parts, limits, device, "text.hidden_states.");
  }

  /**
   * As above.
   *
   * @param traceName what the hidden states are recorded under, before the number of the layer
   */
  public static CausalDecoder owning(
      Supplier<DecoderParts> parts, Limits limits, Device device, String traceName) {
    return TensorScope.owning(
        parameters -> new CausalDecoder(parts.get(), limits, device, traceName, parameters));
  }

  /**
   * Gives the blocks what their cross-attention looks at.
   *
   * @param context float32 [B, S, D'], or [1, S, D'] for all sequences
   */
  public void attend(DecodeState state, Tensor context) {
    List<CrossAttention> layers =
        parts.blocks().stream().map(block -> block.crossAttention().orElseThrow()).toList();
    ((KvState) state).attend(layers, context);
  }

  @Override
  public int hiddenSize() {
    return parts.embedding().table().size(1);
  }

  @Override
  public int vocabularySize() {
    return parts.head().outputSize();
  }

  @Override
  public int contextLength() {
    return limits.contextLength();
  }

  @Override
  public long stepBytes() {
    return parts.stepBytes();
  }

  @Override
  public Tensor embed(int... ids) {
    return parts.embedding().forward(ids);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    if (capacity > contextLength()) {
      throw new InvalidPromptException(
          capacity + " positions are more than the context of " + contextLength());
    }
    return KvState.allocate(
        device, parts.blocks().size(), batch, limits.keyValueHeads(), capacity, limits.headSize());
  }

  @Override
  public int blockSize() {
    return parts.input().map(Linear::outputSize).orElse(hiddenSize());
  }

  @Override
  public int layerCount() {
    return parts.blocks().size();
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState decodeState, Logits logits, LayerHook hook) {
    KvState state = (KvState) decodeState;
    int length = embeddings.size(1);
    state.requireRoom(length);
    try (TensorScope scope = TensorScope.open()) {
      Positions.Order order = order(state, length);
      Tensor hidden = parts.intoBlocks(embeddings, state);
      for (int i = 0; i < parts.blocks().size(); i++) {
        record(i, hidden);
        Tensor input = hook.beforeBlock(i, hidden);
        hidden = parts.blocks().get(i).forward(input, state, i, order);
      }
      state.advance(length);
      if (logits == Logits.LAST) {
        hidden = hidden.narrow(1, length - 1L, 1);
      }
      Tensor last = parts.ending().apply(hidden);
      record(parts.blocks().size(), last);
      return scope.keep(parts.head().forward(last));
    }
  }

  @Override
  public Tensor forward(Tensor embeddings, BranchedSequences sequences, LayerHook hook) {
    if (sequences.longest() > contextLength()) {
      throw new InvalidPromptException(
          sequences.longest() + " positions are more than the context of " + contextLength());
    }
    try (TensorScope scope = TensorScope.open()) {
      Positions.Order order = parts.positions().order(sequences);
      Tensor hidden = parts.intoBlocks(embeddings, sequences);
      for (int i = 0; i < parts.blocks().size(); i++) {
        hidden = parts.blocks().get(i).forward(hook.beforeBlock(i, hidden), order);
      }
      Tensor wanted = hidden.view(-1, hidden.size(2)).select(0, sequences.rows());
      return scope.keep(parts.head().forward(parts.ending().apply(wanted)));
    }
  }

  private Positions.Order order(KvState state, int length) {
    if (!state.isJoined()) {
      return parts.positions().order(state.length(), length);
    }
    if (length != 1) {
      throw new IllegalStateException("joined sequences take one token at a time");
    }
    return parts.positions().nextOf(state);
  }

  @Override
  public Optional<DecodeState> join(List<DecodeState> states, int room) {
    List<KvState> own = states.stream().map(KvState.class::cast).toList();
    return own.stream().anyMatch(KvState::hasContexts)
        ? Optional.empty()
        : Optional.of(KvState.join(device, own, room));
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** The reference's outputs of a language model have no batch dimension. */
  private void record(int index, Tensor hidden) {
    if (Trace.isOn()) {
      Trace.record(traceName + index, () -> hidden.view(-1, hidden.size(2)));
    }
  }

  /**
   * What a sequence takes and how long it may be.
   *
   * @param keyValueHeads heads of a layer's cache
   * @param headSize features of a head
   * @param contextLength the most positions
   */
  public record Limits(int keyValueHeads, int headSize, int contextLength) {}
}

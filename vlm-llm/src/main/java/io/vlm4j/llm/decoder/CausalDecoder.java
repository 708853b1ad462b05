package io.vlm4j.llm.decoder;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.KvState;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.function.Supplier;

/** A decoder-only language model, whatever its family. */
public final class CausalDecoder implements LanguageModel {
  private final DecoderParts parts;
  private final KeyValueShape keysAndValues;
  private final Device device;
  private final int contextLength;
  private final TensorScope parameters;

  private CausalDecoder(
      DecoderParts parts,
      KeyValueShape keysAndValues,
      Device device,
      int contextLength,
      TensorScope parameters) {
    this.parts = parts;
    this.keysAndValues = keysAndValues;
    this.device = device;
    this.contextLength = contextLength;
    this.parameters = parameters;
  }

  /**
   * Makes a decoder that owns its parts.
   *
   * @param parts reads them; they are freed with the decoder, or at once if one of them fails
   * @param contextLength the most positions of a sequence
   */
  public static CausalDecoder owning(
      Supplier<DecoderParts> parts, KeyValueShape keysAndValues, Device device, int contextLength) {
    return TensorScope.owning(
        parameters ->
            new CausalDecoder(parts.get(), keysAndValues, device, contextLength, parameters));
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
    return contextLength;
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
    if (capacity > contextLength) {
      throw new InvalidPromptException(
          capacity + " positions are more than the context of " + contextLength);
    }
    return KvState.allocate(
        device,
        parts.blocks().size(),
        batch,
        keysAndValues.heads(),
        capacity,
        keysAndValues.headSize());
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState decodeState, Logits logits) {
    KvState state = (KvState) decodeState;
    int length = embeddings.size(1);
    state.requireRoom(length);
    try (TensorScope scope = TensorScope.open()) {
      Positions.Order order = parts.positions().order(state.length(), length);
      Tensor hidden = parts.intoBlocks(embeddings, state.length());
      for (int i = 0; i < parts.blocks().size(); i++) {
        record(i, hidden);
        hidden = parts.blocks().get(i).forward(hidden, state, i, order);
      }
      state.advance(length);
      if (logits == Logits.LAST) {
        hidden = hidden.narrow(1, length - 1L, 1);
      }
      Tensor last = parts.outOfBlocks(hidden);
      record(parts.blocks().size(), last);
      return scope.keep(parts.head().forward(last));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** The reference's outputs of a language model have no batch dimension. */
  private static void record(int index, Tensor hidden) {
    if (Trace.isOn()) {
      Trace.record("text.hidden_states." + index, () -> hidden.view(-1, hidden.size(2)));
    }
  }

  /**
   * What the cache of a layer holds of a position.
   *
   * @param heads key and value heads
   * @param headSize features of a head
   */
  public record KeyValueShape(int heads, int headSize) {}
}

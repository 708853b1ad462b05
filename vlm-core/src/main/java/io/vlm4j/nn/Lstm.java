package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/**
 * One layer of long short-term memory, from [B, T, D] to [B, T, H]: at each position the input and
 * the hidden state before decide what the cell forgets, takes in and shows.
 *
 * @see <a href="https://doi.org/10.1162/neco.1997.9.8.1735">Long short-term memory</a>
 */
public final class Lstm {
  private static final int GATES = 4;

  private final ScriptObject layer;
  private final long bytes;

  private Lstm(ScriptObject layer, long bytes) {
    this.layer = layer;
    this.bytes = bytes;
  }

  /**
   * Reads {@code input.weight} [4 H, D] and {@code recurrent.weight} [4 H, H], and the biases [4 H]
   * of both if they are there. The gates stand in PyTorch's order: input, forget, cell, output.
   */
  public static Lstm load(Weights weights, int inputSize, int hiddenSize) {
    Linear input = gates(weights.at("input"), inputSize, hiddenSize);
    Linear recurrent = gates(weights.at("recurrent"), hiddenSize, hiddenSize);
    return new Lstm(
        KernelLibrary.shared().callObject("lstm", input.layer(), recurrent.layer()),
        input.bytes() + recurrent.bytes());
  }

  /**
   * Goes on from the states after the last position, and keeps those after each of the new ones.
   *
   * @param x float32 [B, T, D]
   * @param state of one head of size H; its caller {@linkplain KvState#advance advances} it
   * @param index this layer's place in the state
   * @return the hidden states, float32 [B, T, H]
   */
  public Tensor forward(Tensor x, KvState state, int index) {
    return KernelLibrary.shared()
        .call("lstm_forward", layer, x, state.cache(index), state.length());
  }

  /** Hidden and cell state of a layer after a position, float32 [B, 1, H] each. */
  public static Tensor[] statesAt(KvState state, int index, int position) {
    return KernelLibrary.shared().callTensors("kv_cache_at", state.cache(index), position);
  }

  /** Bytes of the weights. */
  public long bytes() {
    return bytes;
  }

  private static Linear gates(Weights weights, int inputSize, int hiddenSize) {
    return Linear.load(weights, inputSize, GATES * hiddenSize, weights.has("bias"));
  }
}

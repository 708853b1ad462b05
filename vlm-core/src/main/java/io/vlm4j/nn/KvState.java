package io.vlm4j.nn;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keys and values of every layer of a decoder, in buffers that are allocated once. A recurrent
 * layer ({@link Lstm}) keeps the states after each position there, so that a sequence can be cut
 * short.
 */
public final class KvState implements DecodeState {
  private final List<ScriptObject> caches;
  private List<AttentionContext> contexts;
  private final int batch;
  private final int capacity;
  private final int[] unused;
  private int length;

  private KvState(
      List<ScriptObject> caches,
      List<AttentionContext> contexts,
      int batch,
      int capacity,
      int length,
      int... unused) {
    this.caches = caches;
    this.contexts = contexts;
    this.batch = batch;
    this.capacity = capacity;
    this.length = length;
    this.unused = unused;
  }

  /** Empty caches for {@code layers} layers, each [batch, heads, capacity, headSize]. */
  public static KvState allocate(
      Device device, int layers, int batch, int heads, int capacity, int headSize) {
    try (TensorScope scope = TensorScope.open()) {
      List<ScriptObject> caches =
          IntStream.range(0, layers)
              .mapToObj(
                  i ->
                      KernelLibrary.shared()
                          .callObject(
                              "kv_cache", device.toString(), batch, heads, capacity, headSize))
              .toList();
      caches.forEach(scope::release);
      return new KvState(caches, List.of(), batch, capacity, 0);
    }
  }

  /**
   * Several sequences side by side, each up to the same last place; before the shorter ones there
   * is nothing.
   *
   * @param states of one sequence each, without contexts
   * @param room places after the last
   */
  public static KvState join(Device device, List<KvState> states, int room) {
    KvState first = states.get(0);
    int longest = states.stream().mapToInt(KvState::length).max().orElseThrow();
    int[] unused = states.stream().mapToInt(state -> longest - state.length).toArray();
    KernelLibrary kernels = KernelLibrary.shared();
    try (TensorScope scope = TensorScope.open()) {
      List<ScriptObject> caches = new ArrayList<>();
      for (int layer = 0; layer < first.caches.size(); layer++) {
        ScriptObject joined =
            kernels.callObject(
                "kv_cache_like", first.caches.get(layer), states.size(), longest + room);
        for (int row = 0; row < unused.length; row++) {
          KvState state = states.get(row);
          ScriptObject cache = state.caches.get(layer);
          kernels.call("kv_cache_place", joined, row, unused[row], cache, state.length);
        }
        caches.add(joined);
      }
      caches.forEach(scope::release);
      return new KvState(caches, List.of(), unused.length, longest + room, longest, unused);
    }
  }

  /** True if some sequences are shorter than others. */
  public boolean isJoined() {
    return unused.length > 0;
  }

  /** How many positions sequence {@code row} has. */
  public int length(int row) {
    return isJoined() ? length - unused[row] : length;
  }

  /**
   * Which places each sequence uses, boolean [B, 1, 1, slots].
   *
   * @param slots places from the first on
   */
  public Tensor inUse(int slots) {
    return KernelLibrary.shared().call("in_use", Tensor.ofIds(unused), slots);
  }

  /** True if an encoder's output or images are looked at. */
  public boolean hasContexts() {
    return !contexts.isEmpty();
  }

  private static int[] chosenOf(int[] values, int... rows) {
    return values.length == 0 ? values : Arrays.stream(rows).map(row -> values[row]).toArray();
  }

  /**
   * Gives each layer the keys and values of what its cross-attention looks at, in place of those it
   * had.
   *
   * @param layers one for each layer
   * @param context float32 [B, S, D'], or [1, S, D'] for all sequences
   */
  public void attend(List<CrossAttention> layers, Tensor context) {
    try (TensorScope scope = TensorScope.open()) {
      List<AttentionContext> projected =
          layers.stream().map(layer -> layer.project(context)).toList();
      projected.forEach(one -> one.releasedFrom(scope));
      contexts.forEach(AttentionContext::close);
      contexts = projected;
    }
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  /** Counts positions that every layer has appended. */
  public void advance(int positions) {
    length += positions;
  }

  /** Fails unless {@code positions} more fit. */
  public void requireRoom(int positions) {
    if (positions > capacity - length) {
      throw new IllegalStateException(
          positions + " positions do not fit: " + length + " of " + capacity + " are taken");
    }
  }

  @Override
  public KvState select(int[] rows, int newCapacity) {
    if (newCapacity < length) {
      throw new IllegalArgumentException(
          "capacity " + newCapacity + " is less than the length " + length);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor index = Tensor.of(Arrays.stream(rows).asLongStream().toArray(), rows.length);
      List<ScriptObject> chosen =
          caches.stream()
              .map(
                  cache ->
                      KernelLibrary.shared()
                          .callObject("kv_cache_select", cache, index, length, newCapacity))
              .toList();
      List<AttentionContext> chosenContexts =
          contexts.stream().map(context -> context.select(index)).toList();
      chosen.forEach(scope::release);
      chosenContexts.forEach(context -> context.releasedFrom(scope));
      return new KvState(
          chosen, chosenContexts, rows.length, newCapacity, length, chosenOf(unused, rows));
    }
  }

  @Override
  public void truncate(int newLength) {
    if (isJoined()) {
      throw new IllegalStateException("joined sequences cannot be cut short");
    }
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException("length " + newLength + " is not in 0 to " + length);
    }
    length = newLength;
  }

  @Override
  public void close() {
    caches.forEach(ScriptObject::close);
    contexts.forEach(AttentionContext::close);
  }

  /** What a layer's cross-attention looks at. */
  AttentionContext context(int layer) {
    if (contexts.isEmpty()) {
      throw new IllegalStateException("the state has no context to attend to");
    }
    return contexts.get(layer);
  }

  ScriptObject cache(int layer) {
    return caches.get(layer);
  }
}

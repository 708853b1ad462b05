package io.vlm4j.nn;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
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
  private int length;

  private KvState(
      List<ScriptObject> caches,
      List<AttentionContext> contexts,
      int batch,
      int capacity,
      int length) {
    this.caches = caches;
    this.contexts = contexts;
    this.batch = batch;
    this.capacity = capacity;
    this.length = length;
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
      return new KvState(chosen, chosenContexts, rows.length, newCapacity, length);
    }
  }

  @Override
  public void truncate(int newLength) {
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

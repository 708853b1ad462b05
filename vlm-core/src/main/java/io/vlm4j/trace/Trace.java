package io.vlm4j.trace;

import io.vlm4j.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Records the tensors that pass between the boxes of the architecture while it is open on a thread.
 * Without an open trace {@link #record} costs a thread-local read and the supplier never runs.
 *
 * <pre>{@code
 * try (Trace trace = Trace.start()) {
 *   model.caption(image);
 *   trace.tensors().get("connector_output");
 * }
 * }</pre>
 *
 * <p>Names are those of the reference outputs: {@code pixel_values}, {@code
 * vision_last_hidden_state}, {@code connector_output}, {@code logits}. The hidden states of encoder
 * and language model are told apart by the prefixes {@code vision.} and {@code text.}
 */
public final class Trace implements AutoCloseable {
  private static final ThreadLocal<Trace> CURRENT = new ThreadLocal<>();

  private final Map<String, Recorded> tensors = new LinkedHashMap<>();

  private Trace() {}

  /** Starts to record on this thread. */
  public static Trace start() {
    if (CURRENT.get() != null) {
      throw new IllegalStateException("this thread has an open trace");
    }
    Trace trace = new Trace();
    CURRENT.set(trace);
    return trace;
  }

  /** True if this thread records. */
  public static boolean isOn() {
    return CURRENT.get() != null;
  }

  /** Records a tensor of the backend, if this thread records. */
  public static void record(String name, Supplier<Tensor> tensor) {
    Trace trace = CURRENT.get();
    if (trace != null) {
      Tensor value = tensor.get();
      Recorded recorded =
          value.dtype().isFloatingPoint()
              ? new Recorded(value.shape(), value.toFloats(), null)
              : new Recorded(value.shape(), null, value.toLongs());
      trace.tensors.put(name, recorded);
    }
  }

  /** Records numbers, if this thread records. */
  public static void record(String name, float[] values, long... shape) {
    Trace trace = CURRENT.get();
    if (trace != null) {
      trace.tensors.put(name, new Recorded(shape, values.clone(), null));
    }
  }

  /** Records whole numbers, if this thread records. */
  public static void record(String name, long[] values, long... shape) {
    Trace trace = CURRENT.get();
    if (trace != null) {
      trace.tensors.put(name, new Recorded(shape, null, values.clone()));
    }
  }

  /** Runs something on this thread that is not to be recorded. */
  public static <T> T paused(Supplier<T> action) {
    Trace trace = CURRENT.get();
    CURRENT.remove();
    try {
      return action.get();
    } finally {
      CURRENT.set(trace);
    }
  }

  /** What was recorded so far, in order; a name that came twice has its last value. */
  public Map<String, Recorded> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void close() {
    CURRENT.remove();
  }

  /**
   * A recorded tensor.
   *
   * @param shape its lengths
   * @param floats its elements if it holds real numbers, else null
   * @param longs its elements if it holds whole numbers, else null
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  public record Recorded(long[] shape, float[] floats, long[] longs) {
    /** As a tensor of the backend. */
    public Tensor toTensor() {
      return floats == null ? Tensor.of(longs, shape) : Tensor.of(floats, shape);
    }
  }
}

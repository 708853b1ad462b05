package io.vlm4j.tensor;

import ai.djl.pytorch.jni.IValue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Something that lives in native memory until it is closed. It belongs to the {@link TensorScope}
 * that was open on its thread when it was made, and is closed with it; without a scope its maker
 * closes it.
 */
public abstract class NativeHandle implements AutoCloseable {
  private static final AtomicLong LIVE = new AtomicLong();

  private IValue value;
  private TensorScope scope;

  NativeHandle(IValue value) {
    this.value = value;
    LIVE.incrementAndGet();
    TensorScope current = TensorScope.current();
    if (current != null) {
      current.adopt(this);
    }
  }

  /**
   * How many handles are open in this JVM; a suite that ends with more than it began has a leak.
   */
  public static long liveCount() {
    return LIVE.get();
  }

  /** Frees the native memory, unless something native still refers to it. Closing twice is fine. */
  @Override
  public void close() {
    IValue closing;
    synchronized (this) {
      closing = value;
      value = null;
    }
    if (closing != null) {
      LIVE.decrementAndGet();
      closing.close();
    }
  }

  /** True until {@link #close()}. */
  public final synchronized boolean isOpen() {
    return value != null;
  }

  final synchronized IValue value() {
    if (value == null) {
      throw new IllegalStateException("this " + getClass().getSimpleName() + " is closed");
    }
    return value;
  }

  final TensorScope scope() {
    return scope;
  }

  final void moveTo(TensorScope newScope) {
    scope = newScope;
  }
}

package io.vlm4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Owns the tensors that a thread makes while the scope is open, and frees them when it closes.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *   Tensor hiddenStates = layer.forward(x);        // freed with the scope
 *   return scope.keep(norm.forward(hiddenStates)); // goes to the scope around this one
 * }
 * }</pre>
 *
 * <p>Scopes nest, one stack a thread. A loader that wants its tensors to outlive the method opens a
 * scope and {@linkplain #seal() seals} it: the scope leaves the stack and its owner closes it
 * later, from any thread.
 */
public final class TensorScope implements AutoCloseable {
  private static final ThreadLocal<TensorScope> CURRENT = new ThreadLocal<>();

  private final TensorScope parent;
  private final Thread thread = Thread.currentThread();
  private final List<NativeHandle> handles = new ArrayList<>();
  private boolean onStack = true;

  private TensorScope(TensorScope parent) {
    this.parent = parent;
  }

  /** Opens a scope inside the thread's current one. */
  public static TensorScope open() {
    TensorScope scope = new TensorScope(CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /**
   * Runs a loader inside a new scope that outlives it: what the loader returns owns the scope, and
   * closes it. If the loader fails, all that it made is freed.
   */
  public static <T> T owning(Function<TensorScope, T> loader) {
    TensorScope scope = open();
    try {
      T owner = loader.apply(scope);
      scope.seal();
      return owner;
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /** Moves a handle to the scope around this one, or to nobody if there is none. */
  public <T extends NativeHandle> T keep(T handle) {
    give(handle, parent);
    return handle;
  }

  /** Takes a handle over from the scope that owns it now. */
  public <T extends NativeHandle> T take(T handle) {
    adopt(handle);
    return handle;
  }

  /** Moves a handle out of all scopes: whoever holds it must close it. */
  public <T extends NativeHandle> T release(T handle) {
    handle.moveTo(null);
    return handle;
  }

  /** Takes this scope off the thread's stack; what it owns stays alive until {@link #close()}. */
  public TensorScope seal() {
    leaveStack();
    return this;
  }

  @Override
  public void close() {
    leaveStack();
    for (int i = handles.size() - 1; i >= 0; i--) {
      NativeHandle handle = handles.get(i);
      if (handle.scope() == this) {
        handle.close();
      }
    }
    handles.clear();
  }

  /** Gives all that this sealed scope owns to another scope, or to nobody if that is null. */
  void moveAll(TensorScope owner) {
    handles.forEach(handle -> give(handle, owner));
    handles.clear();
  }

  static TensorScope current() {
    return CURRENT.get();
  }

  void adopt(NativeHandle handle) {
    handle.moveTo(this);
    handles.add(handle);
  }

  private void give(NativeHandle handle, TensorScope owner) {
    if (handle.scope() == this) {
      handle.moveTo(owner);
      if (owner != null) {
        owner.handles.add(handle);
      }
    }
  }

  private void leaveStack() {
    if (!onStack) {
      return;
    }
    if (Thread.currentThread() != thread || CURRENT.get() != this) {
      throw new IllegalStateException("scopes must be closed innermost first, on their own thread");
    }
    onStack = false;
    if (parent == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(parent);
    }
  }
}

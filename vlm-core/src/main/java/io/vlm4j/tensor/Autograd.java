package io.vlm4j.tensor;

import java.util.List;

/**
 * While one is open, the kernels that its thread calls keep what gradients need, where a
 * {@linkplain #variable variable} takes part. Tensors that are made outside of it cannot take part:
 * a model is opened for training inside of one, and then has linear layers that have gradients.
 *
 * <pre>{@code
 * try (Autograd autograd = Autograd.open()) {
 *   loss = lossOf(connector.connect(features));
 *   gradients = Autograd.gradients(loss, variables);
 * }
 * }</pre>
 */
public final class Autograd implements AutoCloseable {
  private static final ThreadLocal<Boolean> ON = ThreadLocal.withInitial(() -> false);

  private final boolean before;

  private Autograd(boolean on) {
    before = ON.get();
    ON.set(on);
  }

  /** Begins, on this thread. */
  public static Autograd open() {
    return new Autograd(true);
  }

  /** The state of another thread, for those that work for it. */
  static Autograd as(boolean on) {
    return new Autograd(on);
  }

  /** True while one is open on this thread. */
  public static boolean isOn() {
    return ON.get();
  }

  /** A float32 copy that gradients are asked of; made while one is open. */
  public static Tensor variable(Tensor initial) {
    return KernelLibrary.shared().call("variable", initial);
  }

  /**
   * The gradients of a number. What was kept for them is freed.
   *
   * @param loss float32 []
   * @return one for each variable, of its shape; zeros for one that took no part
   */
  public static List<Tensor> gradients(Tensor loss, List<Tensor> variables) {
    return List.of(
        KernelLibrary.shared().callTensors("gradients", loss, variables.toArray(Tensor[]::new)));
  }

  @Override
  public void close() {
    ON.set(before);
  }
}

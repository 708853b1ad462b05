package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/**
 * The keys and values of what a layer's cross-attention looks at, computed once for all queries. It
 * belongs to the {@link TensorScope} that was open when it was made, until it is {@linkplain
 * #releasedFrom released}.
 */
public final class AttentionContext implements AutoCloseable {
  private static final int SEQUENCES = 0;
  private static final int PLACES = 2;

  private final ScriptObject keysAndValues;

  AttentionContext(ScriptObject keysAndValues) {
    this.keysAndValues = keysAndValues;
  }

  /** A context that shows this one, then another of the same layer. */
  public AttentionContext then(AttentionContext next) {
    return join(next, PLACES);
  }

  /** The sequences of this context, then those of another of the same layer and length. */
  public AttentionContext beside(AttentionContext next) {
    return join(next, SEQUENCES);
  }

  private AttentionContext join(AttentionContext next, int dimension) {
    return new AttentionContext(
        KernelLibrary.shared()
            .callObject("context_join", keysAndValues, next.keysAndValues, dimension));
  }

  /** How many places S there are to look at. */
  public long length() {
    return KernelLibrary.shared().callLong("context_length", keysAndValues);
  }

  /**
   * The rows of some sequences; one row serves any number of them as it is.
   *
   * @param rows int64 [R]
   */
  public AttentionContext select(Tensor rows) {
    return new AttentionContext(
        KernelLibrary.shared().callObject("context_select", keysAndValues, rows));
  }

  /** Takes this out of a scope: from now on it is closed by hand. */
  public AttentionContext releasedFrom(TensorScope scope) {
    scope.release(keysAndValues);
    return this;
  }

  ScriptObject keysAndValues() {
    return keysAndValues;
  }

  @Override
  public void close() {
    keysAndValues.close();
  }
}

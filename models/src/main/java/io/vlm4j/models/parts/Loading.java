package io.vlm4j.models.parts;

import io.vlm4j.weights.Weights;
import java.util.function.Function;

/** The last step of loading a part. */
final class Loading {
  private Loading() {}

  /** Wraps a part after checking that its checkpoint holds nothing else; closes it if not. */
  static <P extends AutoCloseable, R> R checked(P part, Weights weights, Function<P, R> wrap) {
    try {
      weights.requireAllRead();
      return wrap.apply(part);
    } catch (RuntimeException e) {
      try {
        part.close();
      } catch (Exception suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }
}

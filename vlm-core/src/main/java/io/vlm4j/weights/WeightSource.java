package io.vlm4j.weights;

import io.vlm4j.tensor.Tensor;
import java.util.Set;

/**
 * The tensors of a checkpoint, under its own names. A source holds no file open: each loaded tensor
 * owns its mapping of the file, so that a tensor's pages can be given back as soon as it is closed.
 */
public interface WeightSource {
  /** The names of all tensors, in file order. */
  Set<String> names();

  /**
   * What is known of a tensor without reading it.
   *
   * @throws java.util.NoSuchElementException if there is none of that name
   */
  TensorInfo info(String name);

  /**
   * The tensor itself: memory-mapped as it is stored, or decoded to float32 where the format is a
   * block format. It belongs to the caller's {@link io.vlm4j.tensor.TensorScope}.
   *
   * @throws java.util.NoSuchElementException if there is none of that name
   */
  Tensor load(String name);

  /** The tensors that an adapter changes, so that a model that does not read them is another's. */
  default Set<String> adapted() {
    return Set.of();
  }

  /** The file or folder. */
  String origin();
}

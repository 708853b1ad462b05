package io.vlm4j.weights;

import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a checkpoint says of one tensor.
 *
 * @param name its name in the checkpoint
 * @param type how its elements are stored, for example F32, BF16 or Q4_1
 * @param shape its lengths, outermost first
 */
public record TensorInfo(String name, String type, List<Long> shape) {
  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return Tensor.elements(shape.stream().mapToLong(Long::longValue).toArray());
  }

  /** True if the tensor has exactly these lengths. */
  public boolean hasShape(long... expected) {
    return shape.equals(Arrays.stream(expected).boxed().toList());
  }
}

package io.vlm4j.weights;

import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a checkpoint says of one tensor.
 *
 * @param name its name in the checkpoint
 * @param type how its elements are stored, for example F32, BF16 or Q4_1
 * @param shape its lengths, outermost first
 * @param bytes what it takes in the file
 */
public record TensorInfo(String name, String type, List<Long> shape, long bytes) {
  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return Tensor.elements(dimensions());
  }

  /** True if the tensor has exactly these lengths. */
  public boolean hasShape(long... expected) {
    return shape.equals(Arrays.stream(expected).boxed().toList());
  }

  /** True if elements share scales in blocks (GGUF's Q4_1, for one). */
  public boolean isBlockwise() {
    return type.startsWith("Q");
  }

  /** The floating type of {@link Weights#get} under {@link io.vlm4j.tensor.Precision#AUTO}. */
  public DType floatType() {
    return switch (type) {
      case "BF16" -> DType.BFLOAT16;
      case "F16" -> DType.FLOAT16;
      default -> isBlockwise() ? DType.FLOAT16 : DType.FLOAT32;
    };
  }

  @Override
  public String toString() {
    return Names.shown(name) + " " + type + " " + shape;
  }

  long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** The product of lengths and a unit, or -1 if it is beyond all bounds. */
  static long product(List<Long> shape, long unit) {
    try {
      long product = unit;
      for (long length : shape) {
        product = Math.multiplyExact(product, length);
      }
      return product;
    } catch (ArithmeticException e) {
      return -1;
    }
  }
}

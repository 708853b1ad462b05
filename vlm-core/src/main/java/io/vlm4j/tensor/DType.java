package io.vlm4j.tensor;

import java.util.Arrays;
import java.util.Optional;

/** Element types of tensors, with libtorch's ScalarType numbers. */
public enum DType {
  UINT8(0, 1, "U8"),
  INT8(1, 1, "I8"),
  INT16(2, 2, "I16"),
  INT32(3, 4, "I32"),
  INT64(4, 8, "I64"),
  FLOAT16(5, 2, "F16"),
  FLOAT32(6, 4, "F32"),
  FLOAT64(7, 8, "F64"),
  BOOL(11, 1, "BOOL"),
  BFLOAT16(15, 2, "BF16");

  private final int scalarType;
  private final int bytes;
  private final String safetensorsName;

  DType(int scalarType, int bytes, String safetensorsName) {
    this.scalarType = scalarType;
    this.bytes = bytes;
    this.safetensorsName = safetensorsName;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name that safetensors headers use. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** True for the types that hold real numbers. */
  public boolean isFloatingPoint() {
    return this == FLOAT16 || this == FLOAT32 || this == FLOAT64 || this == BFLOAT16;
  }

  /** The type of a safetensors header, if it is one of these. */
  public static Optional<DType> ofSafetensors(String name) {
    return Arrays.stream(values()).filter(t -> t.safetensorsName.equals(name)).findFirst();
  }

  int scalarType() {
    return scalarType;
  }

  static DType ofScalarType(long scalarType) {
    return Arrays.stream(values())
        .filter(t -> t.scalarType == scalarType)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("scalar type " + scalarType));
  }
}

package io.vlm4j.weights;

import io.vlm4j.tensor.DType;
import java.util.Map;
import java.util.Optional;

/** Storage types of GGUF tensors that can be read: plain ones and blocks of quantised numbers. */
enum GgmlType {
  F32(0, DType.FLOAT32),
  F16(1, DType.FLOAT16),
  BF16(30, DType.BFLOAT16),
  Q4_0(2, 32, 18, "dequantize_q4_0"),
  Q4_1(3, 32, 20, "dequantize_q4_1"),
  Q8_0(8, 32, 34, "dequantize_q8_0"),
  Q6_K(14, 256, 210, "dequantize_q6_k");

  /** Names of the types that cannot, for the error message. */
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(6, "Q5_0"),
          Map.entry(7, "Q5_1"),
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(12, "Q4_K"),
          Map.entry(13, "Q5_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private final int number;
  private final DType plain;
  private final int blockElements;
  private final int blockBytes;
  private final String kernel;

  GgmlType(int number, DType plain) {
    this.number = number;
    this.plain = plain;
    this.blockElements = 1;
    this.blockBytes = plain.bytes();
    this.kernel = null;
  }

  GgmlType(int number, int blockElements, int blockBytes, String kernel) {
    this.number = number;
    this.plain = null;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.kernel = kernel;
  }

  static Optional<GgmlType> of(long number) {
    for (GgmlType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static String nameOf(long number) {
    return OTHERS.getOrDefault((int) number, "type " + number);
  }

  /** The element type, or null for blocks. */
  DType plain() {
    return plain;
  }

  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** The kernel that turns blocks into float32. */
  String kernel() {
    return kernel;
  }
}

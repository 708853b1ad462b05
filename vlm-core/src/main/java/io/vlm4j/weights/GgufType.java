package io.vlm4j.weights;

import io.vlm4j.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types of a GGUF file's tensors that this library reads, by ggml's names. Elements come in
 * blocks, along the innermost dimension.
 *
 * @see <a
 *     href="https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-common.h">ggml-common.h</a>
 */
enum GgufType {
  F32(0, DType.FLOAT32),
  F16(1, DType.FLOAT16),
  BF16(30, DType.BFLOAT16),
  Q4_0(2, 32, 18, "dequantize_q4_0"),
  Q4_1(3, 32, 20, "dequantize_q4_1"),
  Q8_0(8, 32, 34, "dequantize_q8_0"),
  Q6_K(14, 256, 210, "dequantize_q6_k");

  /** Types that exist, so that an error can name them. */
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
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(31, "Q4_0_4_4"),
          Map.entry(32, "Q4_0_4_8"),
          Map.entry(33, "Q4_0_8_8"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"),
          Map.entry(40, "NVFP4"));

  private final int number;
  private final int blockElements;
  private final int blockBytes;
  private final DType dtype;
  private final String kernel;

  GgufType(int number, DType dtype) {
    this(number, 1, dtype.bytes(), dtype, null);
  }

  GgufType(int number, int blockElements, int blockBytes, String kernel) {
    this(number, blockElements, blockBytes, null, kernel);
  }

  GgufType(int number, int blockElements, int blockBytes, DType dtype, String kernel) {
    this.number = number;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.dtype = dtype;
    this.kernel = kernel;
  }

  /** The type of a number in a file, if it is one of these. */
  static Optional<GgufType> of(int number) {
    return Arrays.stream(values()).filter(t -> t.number == number).findFirst();
  }

  /** What ggml calls a number. */
  static String nameOf(int number) {
    return of(number)
        .map(GgufType::name)
        .orElse(OTHERS.getOrDefault(number, "number " + Integer.toUnsignedString(number)));
  }

  /** The names of all types, for errors. */
  static String supported() {
    return Arrays.stream(values()).map(GgufType::name).collect(Collectors.joining(", "));
  }

  int blockElements() {
    return blockElements;
  }

  int blockBytes() {
    return blockBytes;
  }

  /** The element type of a type without blocks. */
  Optional<DType> dtype() {
    return Optional.ofNullable(dtype);
  }

  /** What decodes whole blocks, as rows of bytes [N, blockBytes], to float32. */
  String kernel() {
    return kernel;
  }
}

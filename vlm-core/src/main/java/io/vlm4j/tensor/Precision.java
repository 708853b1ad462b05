package io.vlm4j.tensor;

import io.vlm4j.error.InvalidOptionException;
import java.util.Locale;

/** In what precision linear layers are computed; everything else is float32. */
public enum Precision {
  /**
   * As the checkpoint stores its weights where the processor is fast at it, else float32; blocks of
   * a few bits (GGUF) count as float16.
   */
  AUTO,
  /** The reference. */
  FP32,
  BF16,
  FP16,
  /** 8-bit weights with a scale for each output channel, activations of two 8-bit terms. */
  INT8;

  /** Reads {@code auto}, {@code fp32}, {@code bf16}, {@code fp16} or {@code int8}. */
  public static Precision parse(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new InvalidOptionException(
        "dtype '" + name + "' is none of auto, fp32, bf16, fp16, int8");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

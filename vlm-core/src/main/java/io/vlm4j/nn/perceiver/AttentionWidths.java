package io.vlm4j.nn.perceiver;

import io.vlm4j.error.InvalidModelException;

/**
 * The widths inside an attention.
 *
 * @param heads number of heads
 * @param queryKey width of queries and keys, all heads together
 * @param value width of the values, all heads together
 */
public record AttentionWidths(int heads, int queryKey, int value) {
  /** Checks that the heads share the widths evenly. */
  public AttentionWidths {
    if (heads < 1 || queryKey < 1 || value < 1) {
      throw new InvalidModelException(
          "an attention of %d heads, qk_channels %d and v_channels %d is not possible"
              .formatted(heads, queryKey, value));
    }
    if (queryKey % heads != 0 || value % heads != 0) {
      throw new InvalidModelException(
          "qk_channels %d and v_channels %d must be multiples of the number of attention heads, %d"
              .formatted(queryKey, value, heads));
    }
  }
}

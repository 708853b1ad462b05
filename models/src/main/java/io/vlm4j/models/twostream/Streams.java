package io.vlm4j.models.twostream;

import io.vlm4j.tensor.Tensor;

/**
 * A text and regions after they have looked at each other.
 *
 * @param text float32 [1, T, D]
 * @param regions float32 [1, N, D'], of all rows that went in
 * @param pooled float32 [1, E], both together
 * @param tokens what was read
 * @param inputs what was looked at
 */
record Streams(
    Tensor text, Tensor regions, Tensor pooled, TextTokens tokens, RegionInputs inputs) {}

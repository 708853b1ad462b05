package io.vlm4j.models.imagebind;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a transformer.
 *
 * @param kind what it reads: {@code vision}, {@code text} or {@code audio}
 * @param size width D
 * @param blocks number of blocks
 * @param heads attention heads
 * @param innerSize width of the feed-forward
 * @param epsilon of the norms
 * @param activation of the feed-forward
 * @param causal a place sees itself and those before it; else all of them
 * @param extraKeyValue each block has a learned key and value besides ({@code add_bias_kv})
 */
record TrunkConfig(
    String kind,
    int size,
    int blocks,
    int heads,
    int innerSize,
    double epsilon,
    Activation activation,
    boolean causal,
    boolean extraKeyValue) {
  TrunkConfig {
    if (size < 1 || blocks < 0 || innerSize < 1) {
      throw new InvalidModelException(
          "%s.embed_dim is %d and num_blocks %d; expected positive numbers"
              .formatted(kind, size, blocks));
    }
    if (heads < 1 || size % heads != 0) {
      throw new InvalidModelException(
          "%s.embed_dim %d is not a multiple of its %d heads".formatted(kind, size, heads));
    }
  }
}

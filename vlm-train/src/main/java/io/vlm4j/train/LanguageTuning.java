package io.vlm4j.train;

import io.vlm4j.error.InvalidOptionException;
import java.util.List;

/** What of the language model learns beside the connector. */
public sealed interface LanguageTuning {
  /** Nothing: stage 1. */
  record None() implements LanguageTuning {}

  /** All of its weights, as in LLaVA's second stage. */
  record Full() implements LanguageTuning {}

  /**
   * Low-rank adapters beside its matrices: W + alpha / rank B A.
   *
   * @param rank of the products
   * @param alpha what they are multiplied by, times the rank
   * @param targets last parts of the matrices' names, such as {@code q_proj}; empty for all but
   *     those of the vocabulary
   * @see <a href="https://arxiv.org/abs/2106.09685">LoRA</a>
   */
  record Lora(int rank, double alpha, List<String> targets) implements LanguageTuning {
    /** Checks the numbers. */
    public Lora {
      targets = List.copyOf(targets);
      if (rank < 1) {
        throw new InvalidOptionException("lora-rank is " + rank + "; expected 1 or more");
      }
      if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
        throw new InvalidOptionException("lora-alpha is " + alpha + "; expected more than 0");
      }
    }
  }
}

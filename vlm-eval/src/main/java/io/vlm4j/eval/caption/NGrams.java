package io.vlm4j.eval.caption;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs of words. */
final class NGrams {
  private NGrams() {}

  /** How often each run of {@code n} words occurs. */
  static Map<List<String>, Integer> counts(List<String> words, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= words.size(); i++) {
      counts.merge(words.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }
}

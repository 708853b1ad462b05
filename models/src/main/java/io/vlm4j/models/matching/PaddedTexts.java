package io.vlm4j.models.matching;

import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import java.util.List;

/** Texts as a reference's tokenizer returns them together: padded on the right to one length. */
final class PaddedTexts {
  private PaddedTexts() {}

  /** Records {@code input_ids} and {@code attention_mask}, [texts, T]. */
  static void record(Tokenizer tokenizer, List<String> texts) {
    List<int[]> ids = texts.stream().map(tokenizer::encode).toList();
    int length = ids.stream().mapToInt(row -> row.length).max().orElse(0);
    long[] padded = new long[ids.size() * length];
    long[] mask = new long[ids.size() * length];
    for (int i = 0; i < ids.size(); i++) {
      int[] row = ids.get(i);
      for (int j = 0; j < length; j++) {
        boolean present = j < row.length;
        padded[i * length + j] = present ? row[j] : tokenizer.specialTokens().padId().orElse(0);
        mask[i * length + j] = present ? 1 : 0;
      }
    }
    Trace.record("input_ids", padded, ids.size(), length);
    Trace.record("attention_mask", mask, ids.size(), length);
  }
}

package io.vlm4j.eval.caption;

import java.util.List;

/**
 * The words of a candidate and of what it is compared with.
 *
 * @param candidate words; may be empty
 * @param references at least one
 */
public record TokenizedCaption(List<String> candidate, List<List<String>> references) {
  /** Copies the lists. */
  public TokenizedCaption {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("a candidate has no references");
    }
    candidate = List.copyOf(candidate);
    references = references.stream().map(List::copyOf).toList();
  }

  /** Cuts sentences into words. */
  public static TokenizedCaption of(String candidate, List<String> references) {
    return new TokenizedCaption(
        PtbTokenizer.words(candidate), references.stream().map(PtbTokenizer::words).toList());
  }
}

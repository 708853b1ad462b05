package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BLEU of a corpus: the geometric mean of the clipped precisions of runs of 1 to n words, less what
 * candidates are too short by. The length that counts is that of the reference of the closest
 * length, of two such the shorter.
 *
 * @see <a href="https://aclanthology.org/P02-1040">BLEU: a method for automatic evaluation of
 *     machine translation</a>
 */
public final class Bleu implements CaptionMetric {
  // The reference adds these so that no fraction is 0/0.
  private static final double SMALL = 1e-9;
  private static final double TINY = 1e-15;

  private final int order;

  /**
   * @param order the longest runs that count, n
   */
  public Bleu(int order) {
    if (order < 1) {
      throw new IllegalArgumentException("the order of BLEU is " + order + "; expected 1 or more");
    }
    this.order = order;
  }

  @Override
  public MetricScore score(List<TokenizedCaption> captions) {
    Counts all = new Counts(order);
    List<Double> each = new ArrayList<>();
    for (TokenizedCaption caption : captions) {
      Counts counts = Counts.of(caption, order);
      each.add(counts.bleu());
      all.add(counts);
    }
    return new MetricScore(all.bleu(), each);
  }

  /** What is counted before it is divided. */
  private static final class Counts {
    private final long[] matches;
    private final long[] guesses;
    private long candidateLength;
    private long referenceLength;

    Counts(int order) {
      this.matches = new long[order];
      this.guesses = new long[order];
    }

    static Counts of(TokenizedCaption caption, int order) {
      Counts counts = new Counts(order);
      int length = caption.candidate().size();
      counts.candidateLength = length;
      counts.referenceLength =
          caption.references().stream()
              .map(List::size)
              .min(
                  Comparator.<Integer>comparingInt(size -> Math.abs(size - length))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      for (int k = 0; k < order; k++) {
        counts.guesses[k] = Math.max(0, length - k);
        counts.matches[k] = matches(caption, k + 1);
      }
      return counts;
    }

    /** A run counts at most as often as in the reference that has it most often. */
    private static long matches(TokenizedCaption caption, int n) {
      Map<List<String>, Integer> most = mostInAReference(caption.references(), n);
      return NGrams.counts(caption.candidate(), n).entrySet().stream()
          .mapToLong(run -> Math.min(run.getValue(), most.getOrDefault(run.getKey(), 0)))
          .sum();
    }

    private static Map<List<String>, Integer> mostInAReference(
        List<List<String>> references, int n) {
      Map<List<String>, Integer> most = new HashMap<>();
      references.forEach(
          reference ->
              NGrams.counts(reference, n)
                  .forEach((gram, count) -> most.merge(gram, count, Math::max)));
      return most;
    }

    void add(Counts other) {
      for (int k = 0; k < matches.length; k++) {
        matches[k] += other.matches[k];
        guesses[k] += other.guesses[k];
      }
      candidateLength += other.candidateLength;
      referenceLength += other.referenceLength;
    }

    double bleu() {
      double product = 1;
      for (int k = 0; k < matches.length; k++) {
        product *= (matches[k] + TINY) / (guesses[k] + SMALL);
      }
      double ratio = (candidateLength + TINY) / (referenceLength + SMALL);
      double brevity = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
      return Math.pow(product, 1.0 / matches.length) * brevity;
    }
  }
}

package io.vlm4j.eval.caption;

import java.util.List;

/**
 * What a metric says.
 *
 * @param corpus of all captions together; for BLEU and METEOR not the mean
 * @param each of every caption, in order
 */
public record MetricScore(double corpus, List<Double> each) {
  /** Copies the list. */
  public MetricScore {
    each = List.copyOf(each);
  }

  /** With the mean as the score of all; 0 without captions. */
  static MetricScore mean(List<Double> each) {
    return new MetricScore(each.stream().mapToDouble(score -> score).average().orElse(0), each);
  }
}

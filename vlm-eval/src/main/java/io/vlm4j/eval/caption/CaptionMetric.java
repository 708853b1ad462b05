package io.vlm4j.eval.caption;

import java.util.List;

/** Compares candidates with references. */
public interface CaptionMetric {
  /** The score of all captions together, and of each. */
  MetricScore score(List<TokenizedCaption> captions);
}

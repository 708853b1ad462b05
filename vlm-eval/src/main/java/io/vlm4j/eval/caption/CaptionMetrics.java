package io.vlm4j.eval.caption;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics that are reported for captions. */
public final class CaptionMetrics {
  private CaptionMetrics() {}

  /** BLEU-1 to BLEU-4, ROUGE-L, METEOR and CIDEr-D, by these names, in this order. */
  public static Map<String, CaptionMetric> all() {
    Map<String, CaptionMetric> metrics = new LinkedHashMap<>();
    for (int order = 1; order <= 4; order++) {
      metrics.put("BLEU-" + order, new Bleu(order));
    }
    metrics.put("ROUGE-L", new RougeL());
    metrics.put("METEOR", new Meteor());
    metrics.put("CIDEr-D", new CiderD());
    return metrics;
  }

  /** What each of them says. */
  public static Map<String, MetricScore> score(List<TokenizedCaption> captions) {
    Map<String, MetricScore> scores = new LinkedHashMap<>();
    all().forEach((name, metric) -> scores.put(name, metric.score(captions)));
    return scores;
  }
}

package io.vlm4j.generate;

import java.util.Arrays;
import java.util.List;

/** What is kept of the logits that a token was chosen from. */
final class StepReport {
  static final StepReport NONE = new StepReport(List.of(), null);

  private final List<TokenScore> top;
  private final float[] logits;

  private StepReport(List<TokenScore> top, float[] logits) {
    this.top = top;
    this.logits = logits;
  }

  /** True if the options ask for anything. */
  static boolean isWanted(GenerationOptions options) {
    return options.topLogits() > 0 || options.keepLogits();
  }

  static StepReport of(float[] logits, GenerationOptions options) {
    List<TokenScore> top = options.topLogits() > 0 ? top(logits, options.topLogits()) : List.of();
    return new StepReport(top, options.keepLogits() ? logits : null);
  }

  private static List<TokenScore> top(float[] logits, int count) {
    double logSumExp = Softmax.logSumExp(logits);
    return Arrays.stream(Ranking.top(logits, count))
        .mapToObj(id -> new TokenScore(id, logits[id], (float) (logits[id] - logSumExp)))
        .toList();
  }

  /** The highest-scoring tokens, best first; empty unless asked for. */
  List<TokenScore> top() {
    return top;
  }

  /** All logits; null unless asked for. */
  float[] logits() {
    return logits;
  }
}

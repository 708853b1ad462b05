package io.vlm4j.generate;

/** A sequence of new tokens in beam search: a token, and the hypothesis that it continues. */
final class Hypothesis {
  private final Hypothesis parent;
  private final int token;
  private final int length;
  private final int row;
  private final float score;
  private final StepReport report;

  private Hypothesis(
      Hypothesis parent, int token, int length, int row, float score, StepReport report) {
    this.parent = parent;
    this.token = token;
    this.length = length;
    this.row = row;
    this.score = score;
    this.report = report;
  }

  /** The sequence without tokens. */
  static Hypothesis empty(float score) {
    return new Hypothesis(null, -1, 0, 0, score, StepReport.NONE);
  }

  /**
   * This sequence and one more token.
   *
   * @param row this sequence's row in the decode state
   * @param newScore the sum of the log-probabilities, the new token's included
   */
  Hypothesis append(int newToken, int row, float newScore, StepReport newReport) {
    return new Hypothesis(this, newToken, length + 1, row, newScore, newReport);
  }

  Hypothesis withScore(float newScore) {
    return new Hypothesis(parent, token, length, row, newScore, report);
  }

  int token() {
    return token;
  }

  int length() {
    return length;
  }

  /** The row of the decode state that the last token continues. */
  int row() {
    return row;
  }

  float score() {
    return score;
  }

  int[] ids() {
    int[] ids = new int[length];
    for (Hypothesis h = this; h.length > 0; h = h.parent) {
      ids[h.length - 1] = h.token;
    }
    return ids;
  }

  /** Puts the tokens into a transcript, first to last. */
  void writeTo(Transcript transcript) {
    Hypothesis[] steps = new Hypothesis[length];
    for (Hypothesis h = this; h.length > 0; h = h.parent) {
      steps[h.length - 1] = h;
    }
    for (Hypothesis step : steps) {
      transcript.append(step.token, step.report);
    }
  }
}

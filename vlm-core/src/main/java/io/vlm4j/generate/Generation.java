package io.vlm4j.generate;

import java.util.List;
import java.util.OptionalDouble;

/** What a generation produced. */
public final class Generation {
  private final Transcript transcript;
  private final float score;
  private final FinishReason finishReason;
  private final double prefillMillis;
  private final double decodeMillis;
  private final double encodeMillis;

  Generation(
      TokenSearch.Outcome outcome,
      FinishReason finishReason,
      double prefillMillis,
      double decodeMillis) {
    this(outcome.transcript(), outcome.score(), finishReason, prefillMillis, decodeMillis, 0);
  }

  private Generation(
      Transcript transcript,
      float score,
      FinishReason finishReason,
      double prefillMillis,
      double decodeMillis,
      double encodeMillis) {
    this.transcript = transcript;
    this.score = score;
    this.finishReason = finishReason;
    this.prefillMillis = prefillMillis;
    this.decodeMillis = decodeMillis;
    this.encodeMillis = encodeMillis;
  }

  /** The same with the time that the prompt's images took before it. */
  public Generation withEncodeMillis(double millis) {
    return new Generation(transcript, score, finishReason, prefillMillis, decodeMillis, millis);
  }

  /** Milliseconds that the prompt's images took to preprocess, encode and connect. */
  public double encodeMillis() {
    return encodeMillis;
  }

  /** The new text, up to a stop string or an end token. */
  public String text() {
    return transcript.text();
  }

  /** The new tokens' ids; an end token is the last of them. */
  public int[] tokenIds() {
    return transcript.ids();
  }

  /** Why it ended. */
  public FinishReason finishReason() {
    return finishReason;
  }

  /**
   * For each new token, the highest logits that it was chosen from, best first; empty lists unless
   * {@link GenerationOptions#topLogits()} asked for them.
   */
  public List<List<TokenScore>> topLogits() {
    return transcript.reports().stream().map(StepReport::top).toList();
  }

  /**
   * For each new token, all logits [V] that it was chosen from, before any processing; an empty
   * list unless {@link GenerationOptions#keepLogits()} asked for them. Not copied.
   */
  public List<float[]> stepLogits() {
    return transcript.reports().stream()
        .filter(report -> report.logits() != null)
        .map(StepReport::logits)
        .toList();
  }

  /** Of beam search: the sum of the log-probabilities, divided by length^lengthPenalty. */
  public OptionalDouble sequenceScore() {
    return Float.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  /** Milliseconds from the call to the first token: the prompt's pass and the choice. */
  public double prefillMillis() {
    return prefillMillis;
  }

  /** Milliseconds from the first token to the last: one step of the model less than tokens. */
  public double decodeMillis() {
    return decodeMillis;
  }

  @Override
  public String toString() {
    return text();
  }
}

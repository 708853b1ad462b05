package io.vlm4j.generate;

import java.util.ArrayList;
import java.util.List;

/** The sequence that a generation returns: collects tokens and text, and streams both. */
final class Transcript {
  private final StopCriteria stopCriteria;
  private final TokenListener listener;
  private final TextStream textStream;
  private final List<Integer> ids = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<StepReport> reports = new ArrayList<>();
  private FinishReason finishReason;

  Transcript(StopCriteria stopCriteria, TokenListener listener) {
    this.stopCriteria = stopCriteria;
    this.listener = listener;
    this.textStream = stopCriteria.newText();
  }

  /** Takes the next token; returns whether the sequence goes on. */
  boolean append(int id, StepReport report) {
    ids.add(id);
    reports.add(report);
    String piece = stopCriteria.isEos(id) ? "" : textStream.push(id);
    finishReason = stopCriteria.reason(id, ids.size(), textStream.stopped());
    if (finishReason != null) {
      piece += textStream.finish();
    }
    text.append(piece);
    listener.onToken(new GeneratedToken(id, piece, ids.size() - 1));
    return finishReason == null;
  }

  int[] ids() {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  String text() {
    return text.toString();
  }

  List<StepReport> reports() {
    return reports;
  }

  /** Why it ended; only a cancellation leaves a sequence without an end. */
  FinishReason finishReason() {
    return finishReason == null ? FinishReason.CANCELLED : finishReason;
  }
}

package io.vlm4j.generate;

import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search over one prompt, step by step as {@code GenerationMixin._beam_search} of Hugging Face
 * transformers 4.57.6: the same candidates, the same float32 scores, the same end.
 *
 * <p>Running beams are scored by the sum of log-probabilities; finished ones by that sum divided by
 * length^lengthPenalty, the length counting new tokens alone.
 */
final class BeamSearch implements TokenSearch {
  /** Far below any score; added to those that must not be chosen. */
  private static final float EXCLUDED = -1e9f;

  private final GenerationOptions options;
  private final LogitsProcessors processors;
  private final StopCriteria stopCriteria;
  private final Transcript transcript;
  private final int beams;

  /** Best first. */
  private List<Hypothesis> running = new ArrayList<>();

  /** Best first; filled up with entries that are not complete. */
  private List<Finished> finished = new ArrayList<>();

  BeamSearch(
      GenerationOptions options,
      LogitsProcessors processors,
      StopCriteria stopCriteria,
      Transcript transcript) {
    this.options = options;
    this.processors = processors;
    this.stopCriteria = stopCriteria;
    this.transcript = transcript;
    this.beams = options.beams();
    // Only the first beam counts at the start: equal beams would find the same continuations.
    running.add(Hypothesis.empty(0));
    running.addAll(Collections.nCopies(beams - 1, Hypothesis.empty(EXCLUDED)));
    Hypothesis none = Hypothesis.empty(EXCLUDED);
    finished.addAll(Collections.nCopies(beams, new Finished(none, EXCLUDED, false)));
  }

  @Override
  public boolean advance(Tensor logits) {
    List<Candidate> candidates = bestContinuations(logits);
    running = runningAmong(candidates);
    finished = finishedWith(candidates);
    return canImprove() && !isFull() && !candidates.stream().allMatch(Candidate::ended);
  }

  @Override
  public int[] tokens() {
    return running.stream().mapToInt(Hypothesis::token).toArray();
  }

  @Override
  public int[] parents() {
    return running.stream().mapToInt(Hypothesis::row).toArray();
  }

  /** The best finished sequence; where a cancellation came before one, the best running one. */
  @Override
  public Outcome finish() {
    Finished best = finished.get(0);
    Hypothesis sequence = best.complete() ? best.sequence() : running.get(0);
    sequence.writeTo(transcript);
    return new Outcome(transcript, lengthNormalized(sequence));
  }

  /**
   * The highest-scoring continuations of all beams, best first. There are enough of them that as
   * many as there are beams go on even if every beam's best continuations are end tokens.
   */
  private List<Candidate> bestContinuations(Tensor logits) {
    float[][] scores = StepLogits.logProbabilities(logits);
    StepReport[] reports = reports(logits, scores.length);
    int vocabulary = scores[0].length;
    float[] accumulated = new float[beams * vocabulary];
    for (int beam = 0; beam < beams; beam++) {
      Hypothesis sequence = running.get(beam);
      float[] processed = processors.apply(sequence.ids(), scores[row(beam, scores.length)]);
      for (int token = 0; token < vocabulary; token++) {
        accumulated[beam * vocabulary + token] = processed[token] + sequence.score();
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int index : Ranking.top(accumulated, candidateCount())) {
      int beam = index / vocabulary;
      int row = row(beam, scores.length);
      Hypothesis sequence =
          running.get(beam).append(index % vocabulary, row, accumulated[index], reports[row]);
      candidates.add(new Candidate(sequence, stopCriteria.ends(sequence)));
    }
    return candidates;
  }

  private int candidateCount() {
    return Math.max(2, 1 + options.eosTokenIds().size()) * beams;
  }

  /** All beams start from the one row of the prompt. */
  private static int row(int beam, int rows) {
    return rows == 1 ? 0 : beam;
  }

  private List<Hypothesis> runningAmong(List<Candidate> candidates) {
    return candidates.stream()
        .map(c -> c.sequence().withScore(c.sequence().score() + (c.ended() ? EXCLUDED : 0)))
        .sorted(Comparator.comparing(Hypothesis::score).reversed())
        .limit(beams)
        .toList();
  }

  /** Only the first of the candidates may finish; those behind them are there to run on. */
  private List<Finished> finishedWith(List<Candidate> candidates) {
    List<Finished> merged = new ArrayList<>(finished);
    for (int i = 0; i < candidates.size(); i++) {
      Hypothesis sequence = candidates.get(i).sequence();
      boolean complete = candidates.get(i).ended() && i < beams;
      float score = lengthNormalized(sequence) + (complete ? 0 : EXCLUDED);
      merged.add(new Finished(sequence, score, complete));
    }
    merged.sort(Comparator.comparing(Finished::score).reversed());
    return merged.subList(0, beams);
  }

  /** Whether the best running beam may still beat a finished one. */
  private boolean canImprove() {
    Hypothesis best = running.get(0);
    boolean atFullLength =
        options.earlyStopping() == EarlyStopping.NEVER && options.lengthPenalty() > 0;
    int length = atFullLength ? stopCriteria.maxNewTokens() : best.length();
    float possible = best.score() / penalty(length);
    float worst = finished.get(beams - 1).score();
    return finished.stream().anyMatch(f -> possible > (f.complete() ? worst : EXCLUDED));
  }

  private boolean isFull() {
    return options.earlyStopping() == EarlyStopping.TRUE
        && finished.stream().allMatch(Finished::complete);
  }

  private float lengthNormalized(Hypothesis sequence) {
    return sequence.score() / penalty(sequence.length());
  }

  private float penalty(int length) {
    return (float) Math.pow(length, options.lengthPenalty());
  }

  private StepReport[] reports(Tensor logits, int rows) {
    StepReport[] reports = new StepReport[rows];
    float[][] raw = StepReport.isWanted(options) ? StepLogits.rows(logits) : null;
    for (int row = 0; row < rows; row++) {
      reports[row] = raw == null ? StepReport.NONE : StepReport.of(raw[row], options);
    }
    return reports;
  }

  private record Candidate(Hypothesis sequence, boolean ended) {}

  private record Finished(Hypothesis sequence, float score, boolean complete) {}
}

package io.vlm4j.models.owl;

import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.FiniteNumbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which patches count as detections, as the reference's image processor chooses them. */
final class OwlSelection {
  private OwlSelection() {}

  /**
   * A patch that counts.
   *
   * @param patch its place in the grid
   * @param query the query that fits best
   * @param score from 0 to 1
   */
  record Candidate(int patch, int query, float score) {}

  /**
   * Of each patch the best query, if it is good enough.
   *
   * @param logits [patches, queries]
   */
  static List<Candidate> best(float[] logits, int queries, double threshold) {
    List<Candidate> candidates = new ArrayList<>();
    for (int p = 0; p < logits.length / queries; p++) {
      int best = 0;
      for (int q = 0; q < queries; q++) {
        requireNumber(logits[p * queries + q]);
        best = logits[p * queries + q] > logits[p * queries + best] ? q : best;
      }
      float score = sigmoid(logits[p * queries + best]);
      if (score > threshold) {
        candidates.add(new Candidate(p, best, score));
      }
    }
    return candidates;
  }

  /**
   * Of patches whose boxes overlap the best one, scored in proportion to the best of all.
   *
   * @param logits [patches], of one query
   */
  static List<Candidate> distinct(float[] logits, RelativeBoxes boxes, DetectionOptions options) {
    float[] scores = new float[logits.length];
    for (int p = 0; p < scores.length; p++) {
      requireNumber(logits[p]);
      scores[p] = sigmoid(logits[p]);
    }
    if (options.overlap() < 1) {
      suppress(scores, boxes, options.overlap());
    }
    float best = 0;
    for (int p = 0; p < scores.length; p++) {
      scores[p] = scores[p] < options.threshold() ? 0 : scores[p];
      best = Math.max(best, scores[p]);
    }
    return inProportion(scores, best + 1e-6f);
  }

  /** A tenth of the best score becomes 0, the best one 1. */
  private static List<Candidate> inProportion(float[] scores, float best) {
    List<Candidate> candidates = new ArrayList<>();
    for (int p = 0; p < scores.length; p++) {
      float share = Math.min(1, (scores[p] - best * 0.1f) / (best * 0.9f));
      if (share > 0) {
        candidates.add(new Candidate(p, 0, share));
      }
    }
    return candidates;
  }

  /** Non-maximum suppression: the scores of boxes that overlap a better one become 0. */
  private static void suppress(float[] scores, RelativeBoxes boxes, double overlap) {
    float[] before = scores.clone();
    IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(p -> -before[p]))
        .filter(p -> scores[p] != 0)
        .forEachOrdered(
            p -> {
              for (int other = 0; other < scores.length; other++) {
                if (other != p && boxes.overlap(p, other) > overlap) {
                  scores[other] = 0;
                }
              }
            });
  }

  /**
   * The patch that shows an image's main thing: among the boxes nearest to the whole image, the one
   * least like the average patch, which is background.
   *
   * @param embeddings [patches, size] class embeddings
   */
  static int mainPatch(RelativeBoxes boxes, float[] embeddings) {
    int size = embeddings.length / boxes.count();
    double[] mean = new double[size];
    for (int i = 0; i < embeddings.length; i++) {
      requireNumber(embeddings[i]);
      mean[i % size] += embeddings[i] / boxes.count();
    }
    double[] overlaps = boxes.overlapsWithImage();
    double enough =
        IntStream.range(0, overlaps.length).mapToDouble(p -> overlaps[p]).max().orElse(0) * 0.8;
    return IntStream.range(0, boxes.count())
        .filter(p -> overlaps[p] >= enough)
        .boxed()
        .min(Comparator.comparingDouble(p -> similarity(mean, embeddings, p * size)))
        .orElseThrow(FiniteNumbers::missing);
  }

  private static double similarity(double[] mean, float[] embeddings, int start) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += mean[i] * embeddings[start + i];
    }
    return sum;
  }

  static void requireNumber(float value) {
    if (Float.isNaN(value)) {
      throw FiniteNumbers.missing();
    }
  }

  private static float sigmoid(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }
}

package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CIDEr-D: the mean cosine between the candidate's and each reference's runs of 1 to 4 words,
 * weighted by how rare they are among the images, clipped, less what the lengths differ, times 10.
 * What is rare is counted in the references that are given, so a score belongs to its set of
 * images; of a single image it is 0.
 *
 * @see <a href="https://arxiv.org/abs/1411.5726">CIDEr: consensus-based image description
 *     evaluation</a>
 */
public final class CiderD implements CaptionMetric {
  private static final int ORDER = 4;
  private static final double SIGMA = 6;

  @Override
  public MetricScore score(List<TokenizedCaption> captions) {
    Weighting weighting = Weighting.of(captions);
    return MetricScore.mean(captions.stream().map(caption -> score(caption, weighting)).toList());
  }

  private static double score(TokenizedCaption caption, Weighting weighting) {
    Vectors candidate = weighting.vectors(caption.candidate());
    double sum = 0;
    for (List<String> reference : caption.references()) {
      sum += candidate.similarity(weighting.vectors(reference));
    }
    return 10 * sum / ORDER / caption.references().size();
  }

  /** The logarithm of the number of images, and in how many of them a run of words occurs. */
  private record Weighting(double logImages, Map<List<String>, Integer> images) {
    static Weighting of(List<TokenizedCaption> captions) {
      Map<List<String>, Integer> images = new HashMap<>();
      for (TokenizedCaption caption : captions) {
        Set<List<String>> grams = new HashSet<>();
        for (List<String> reference : caption.references()) {
          for (int n = 1; n <= ORDER; n++) {
            grams.addAll(NGrams.counts(reference, n).keySet());
          }
        }
        grams.forEach(gram -> images.merge(gram, 1, Integer::sum));
      }
      return new Weighting(Math.log(captions.size()), images);
    }

    Vectors vectors(List<String> words) {
      List<Map<List<String>, Double>> weights = new ArrayList<>();
      for (int n = 1; n <= ORDER; n++) {
        Map<List<String>, Double> ofLength = new HashMap<>();
        NGrams.counts(words, n)
            .forEach(
                (gram, count) ->
                    ofLength.put(
                        gram, count * (logImages - Math.log(images.getOrDefault(gram, 1)))));
        weights.add(ofLength);
      }
      return new Vectors(weights, Math.max(0, words.size() - 1));
    }
  }

  /** The weights of a sentence's runs, by length; {@code bigrams} is the length that counts. */
  private record Vectors(List<Map<List<String>, Double>> weights, int bigrams) {
    double similarity(Vectors reference) {
      double difference = bigrams - reference.bigrams;
      double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
      double sum = 0;
      for (int k = 0; k < ORDER; k++) {
        double norm = norm(k) * reference.norm(k);
        sum += norm == 0 ? 0 : penalty * clippedProduct(reference, k) / norm;
      }
      return sum;
    }

    private double norm(int k) {
      return Math.sqrt(weights.get(k).values().stream().mapToDouble(w -> w * w).sum());
    }

    private double clippedProduct(Vectors reference, int k) {
      double sum = 0;
      for (Map.Entry<List<String>, Double> entry : weights.get(k).entrySet()) {
        double theirs = reference.weights.get(k).getOrDefault(entry.getKey(), 0.0);
        sum += Math.min(entry.getValue(), theirs) * theirs;
      }
      return sum;
    }
  }
}

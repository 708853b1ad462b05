package io.vlm4j.eval.caption;

import io.vlm4j.error.InvalidDataException;
import io.vlm4j.eval.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Captions with what they are compared with, and the scores.
 *
 * @param captions in order
 * @param scores by metric; {@link MetricScore#each()} is in the order of the captions
 */
public record CaptionResult(List<Compared> captions, Map<String, MetricScore> scores) {
  /**
   * A caption with its references.
   *
   * @param image its name
   * @param caption the candidate
   * @param references what people wrote
   */
  public record Compared(String image, String caption, List<String> references) {}

  /**
   * Compares captions with references.
   *
   * @param candidates one for each image
   * @param references at least one for each of these images
   * @param shuffled whether each caption gets the references of another image, to see what a
   *     caption is worth that does not look at its image
   * @throws InvalidDataException if references are missing
   */
  public static CaptionResult of(
      Map<String, String> candidates, Map<String, List<String>> references, boolean shuffled) {
    List<String> images = List.copyOf(candidates.keySet());
    List<String> compared = shuffled ? Sample.deranged(images) : images;
    List<Compared> captions = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      List<String> texts = references.get(compared.get(i));
      if (texts == null || texts.isEmpty()) {
        throw new InvalidDataException("no reference captions of " + compared.get(i));
      }
      captions.add(new Compared(images.get(i), candidates.get(images.get(i)), texts));
    }
    return new CaptionResult(
        captions,
        CaptionMetrics.score(
            captions.stream().map(c -> TokenizedCaption.of(c.caption(), c.references())).toList()));
  }

  /** The scores of one caption, by metric. */
  public Map<String, Double> scoresOf(int index) {
    Map<String, Double> each = new LinkedHashMap<>();
    scores.forEach((name, score) -> each.put(name, score.each().get(index)));
    return each;
  }
}

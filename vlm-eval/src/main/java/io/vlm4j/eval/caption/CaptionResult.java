package io.vlm4j.eval.caption;

import io.vlm4j.data.Sample;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.eval.report.Report;
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

  /** To print, write and look at. */
  public Report report(String title) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("images", captions.size());
    scores.forEach((name, score) -> figures.put(name, Report.rounded(score.corpus())));
    List<Report.Item> items = new ArrayList<>();
    for (int i = 0; i < captions.size(); i++) {
      items.add(item(i));
    }
    return new Report(title, figures, items);
  }

  private Report.Item item(int index) {
    Compared compared = captions.get(index);
    Map<String, Double> each = new LinkedHashMap<>();
    scores.forEach((name, score) -> each.put(name, Report.rounded(score.each().get(index))));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", compared.image());
    fields.put("caption", compared.caption());
    fields.put("references", compared.references());
    fields.put("scores", each);
    return new Report.Item(List.of(compared.image()), fields, null);
  }
}

package io.vlm4j.eval.contrastive;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.data.Batches;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.eval.report.Report;
import io.vlm4j.image.ImageSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which place the right caption takes among all captions when an image asks for it, and the right
 * image among all images when a caption does.
 *
 * @param imageRanks of each image the place of the best of its captions, from 1
 * @param textRanks of each caption the place of its image, from 1
 * @param images names, in order
 * @param texts captions, in order
 * @param nearestText of each image the caption that is nearest
 */
public record RetrievalResult(
    List<Integer> imageRanks,
    List<Integer> textRanks,
    List<String> images,
    List<Caption> texts,
    List<Integer> nearestText) {
  /**
   * A caption.
   *
   * @param image index of its image
   */
  public record Caption(String text, int image) {}

  /**
   * Embeds all images and captions and compares each with each.
   *
   * @param captions at least one of each image
   * @param batch images or texts that are embedded together, at least 1
   * @param progress runs after each image
   */
  public static RetrievalResult of(
      DualEncoder model,
      Map<String, List<String>> captions,
      ImageSource source,
      int batch,
      Runnable progress) {
    List<String> images = List.copyOf(captions.keySet());
    List<Caption> texts = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      for (String text : captions.get(images.get(i))) {
        texts.add(new Caption(text, i));
      }
    }
    List<ImageTextEmbedding> embeddedImages =
        Batches.map(
            images,
            batch,
            part -> {
              List<ImageTextEmbedding> embedded =
                  model.embedImages(part.stream().map(source::read).toList());
              part.forEach(image -> progress.run());
              return embedded;
            });
    List<ImageTextEmbedding> embeddedTexts =
        Batches.map(
            texts, batch, part -> model.embedTexts(part.stream().map(Caption::text).toList()));
    return ranked(images, texts, similarities(embeddedImages, embeddedTexts));
  }

  /**
   * Ranks by similarities. Of equal ones the wrong come first, so that a model which finds
   * everything alike gets nothing for it.
   *
   * @param similarities [images][texts]
   */
  static RetrievalResult ranked(List<String> images, List<Caption> texts, double[][] similarities) {
    List<Integer> imageRanks = new ArrayList<>();
    List<Integer> nearest = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      double best = Double.NEGATIVE_INFINITY;
      int nearestText = 0;
      for (int t = 0; t < texts.size(); t++) {
        best = texts.get(t).image() == i ? Math.max(best, similarities[i][t]) : best;
        nearestText = similarities[i][t] > similarities[i][nearestText] ? t : nearestText;
      }
      int rank = 1;
      for (int t = 0; t < texts.size(); t++) {
        rank += texts.get(t).image() != i && similarities[i][t] >= best ? 1 : 0;
      }
      imageRanks.add(rank);
      nearest.add(nearestText);
    }
    List<Integer> textRanks = new ArrayList<>();
    for (int t = 0; t < texts.size(); t++) {
      int own = texts.get(t).image();
      int rank = 1;
      for (int i = 0; i < images.size(); i++) {
        rank += i != own && similarities[i][t] >= similarities[own][t] ? 1 : 0;
      }
      textRanks.add(rank);
    }
    return new RetrievalResult(imageRanks, textRanks, images, texts, nearest);
  }

  /** The part of the ranks up to a place. */
  public static double recall(List<Integer> ranks, int places) {
    return ranks.stream().mapToInt(rank -> rank <= places ? 1 : 0).average().orElse(0);
  }

  /** To print, write and look at. */
  public Report report(String title) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("images", images.size());
    figures.put("texts", texts.size());
    figures.put("image_to_text", recalls(imageRanks));
    figures.put("text_to_image", recalls(textRanks));
    List<Report.Item> items = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      items.add(item(i));
    }
    return new Report(title, figures, items);
  }

  private static Map<String, Double> recalls(List<Integer> ranks) {
    Map<String, Double> recalls = new LinkedHashMap<>();
    for (int places : new int[] {1, 5, 10}) {
      recalls.put("R@" + places, Report.rounded(recall(ranks, places)));
    }
    return recalls;
  }

  private Report.Item item(int image) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", images.get(image));
    fields.put("rank_of_best_caption", imageRanks.get(image));
    fields.put("nearest_caption", texts.get(nearestText.get(image)).text());
    Map<String, Object> own = new LinkedHashMap<>();
    for (int t = 0; t < texts.size(); t++) {
      if (texts.get(t).image() == image) {
        own.put(texts.get(t).text(), textRanks.get(t));
      }
    }
    fields.put("rank_of_image_by_caption", own);
    return new Report.Item(List.of(images.get(image)), fields, imageRanks.get(image) == 1);
  }

  private static double[][] similarities(
      List<ImageTextEmbedding> images, List<ImageTextEmbedding> texts) {
    double[][] similarities = new double[images.size()][texts.size()];
    for (int i = 0; i < images.size(); i++) {
      for (int t = 0; t < texts.size(); t++) {
        similarities[i][t] = images.get(i).similarity(texts.get(t));
        if (Double.isNaN(similarities[i][t])) {
          throw new InvalidModelException(
              "the similarities are not numbers (NaN): the model's weights are damaged, or its"
                  + " precision is too low; try fp32");
        }
      }
    }
    return similarities;
  }
}

package io.vlm4j.eval.contrastive;

import io.vlm4j.data.Batches;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.eval.contrastive.LabeledImages.Labeled;
import io.vlm4j.eval.report.Report;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images with the classes that a model found.
 *
 * @param images in order
 */
public record ClassificationResult(List<Classified> images) {
  private static final int SHOWN = 5;

  /**
   * An image.
   *
   * @param labeled what it shows
   * @param found all classes, the likeliest first
   */
  public record Classified(Labeled labeled, List<ClassProbability> found) {
    /** Place of the right class, from 1. */
    public int rank() {
      for (int i = 0; i < found.size(); i++) {
        if (found.get(i).label().equals(labeled.label())) {
          return i + 1;
        }
      }
      throw new InvalidDataException(
          "'" + labeled.label() + "' of " + labeled.image() + " is none of the classes");
    }
  }

  /**
   * Classifies images.
   *
   * @param batch images that are looked at together, at least 1
   * @param progress runs after each image
   */
  public static ClassificationResult of(
      ZeroShotClassifier classifier,
      List<Labeled> labeled,
      ImageSource source,
      int batch,
      Runnable progress) {
    List<List<ClassProbability>> found =
        Batches.map(
            labeled,
            batch,
            part -> {
              List<Image> pictures = part.stream().map(one -> source.read(one.image())).toList();
              List<List<ClassProbability>> ofPart = classifier.classify(pictures);
              part.forEach(one -> progress.run());
              return ofPart;
            });
    List<Classified> classified = new ArrayList<>();
    for (int i = 0; i < labeled.size(); i++) {
      classified.add(new Classified(labeled.get(i), found.get(i)));
    }
    return new ClassificationResult(classified);
  }

  /** The part of the images whose class is among the likeliest. */
  public double topAccuracy(int places) {
    return images.stream().mapToInt(one -> one.rank() <= places ? 1 : 0).average().orElse(0);
  }

  /** To print, write and look at. */
  public Report report(String title) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("images", images.size());
    figures.put("classes", images.isEmpty() ? 0 : images.get(0).found().size());
    figures.put("top-1", Report.rounded(topAccuracy(1)));
    figures.put("top-5", Report.rounded(topAccuracy(5)));
    return new Report(title, figures, images.stream().map(ClassificationResult::item).toList());
  }

  private static Report.Item item(Classified one) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", one.labeled().image());
    fields.put("label", one.labeled().label());
    fields.put("rank", one.rank());
    Map<String, Object> found = new LinkedHashMap<>();
    one.found().stream()
        .limit(SHOWN)
        .forEach(c -> found.put(c.label(), Report.rounded(c.probability())));
    fields.put("found", found);
    return new Report.Item(List.of(one.labeled().image()), fields, one.rank() == 1);
  }
}

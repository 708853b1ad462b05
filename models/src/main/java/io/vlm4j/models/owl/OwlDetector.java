package io.vlm4j.models.owl;

import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.DetectionTrace;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.models.matching.TextTower;
import io.vlm4j.models.matching.TokenBatch;
import io.vlm4j.models.owl.OwlSelection.Candidate;
import io.vlm4j.models.owl.OwlVision.Patches;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Comparator;
import java.util.List;

/** OWL-ViT and OWLv2: patches of an image against queries. */
final class OwlDetector implements OpenVocabularyDetector {
  private final OwlVision vision;
  private final TextTower texts;
  private final OwlHeads heads;
  private final Resources resources;

  OwlDetector(OwlVision vision, TextTower texts, OwlHeads heads, Resources resources) {
    this.vision = vision;
    this.texts = texts;
    this.heads = heads;
    this.resources = resources;
  }

  @Override
  public List<Detection> detect(Image image, List<String> queries, DetectionOptions options) {
    if (queries.isEmpty() || queries.stream().anyMatch(String::isBlank)) {
      throw new InvalidPromptException(
          queries.isEmpty()
              ? "there is no query; say what to look for, for example 'a photo of a cat'"
              : "a query is blank: " + queries);
    }
    try (TensorScope scope = TensorScope.open()) {
      TokenBatch tokens = texts.tokens(queries);
      tokens.record();
      Tensor queryEmbeds = texts.projection().apply(tokens);
      Trace.record("text_embeds", () -> queryEmbeds);
      Patches patches = vision.patches(image);
      Tensor boxes = boxes(patches);
      Tensor logits = heads.logits(patches.features(), queryEmbeds);
      Trace.record("logits", () -> logits);
      if (heads.knowsObjects()) {
        Trace.record("objectness_logits", () -> heads.objectness(patches.features()));
      }
      List<Candidate> found =
          OwlSelection.best(logits.toFloats(), queries.size(), options.threshold());
      return detections(found, new RelativeBoxes(boxes.toFloats()), image, queries);
    }
  }

  @Override
  public List<Detection> detectLike(Image image, Image queryImage, DetectionOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor query = embedQuery(queryImage);
      Patches patches = vision.patches(image);
      Tensor logits = heads.logits(patches.features(), query);
      Trace.record("logits", () -> logits);
      RelativeBoxes boxes = new RelativeBoxes(boxes(patches).toFloats());
      List<Candidate> found = OwlSelection.distinct(logits.toFloats(), boxes, options);
      return detections(found, boxes, image, List.of(""));
    }
  }

  @Override
  public List<Detection> detectObjects(Image image, DetectionOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      Patches patches = vision.patches(image);
      float[] logits = heads.objectness(patches.features()).toFloats();
      RelativeBoxes boxes = new RelativeBoxes(boxes(patches).toFloats());
      return detections(
          OwlSelection.best(logits, 1, options.threshold()), boxes, image, List.of(""));
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  /** The class embedding of what an image shows, [1, E]. */
  private Tensor embedQuery(Image image) {
    try (TensorScope scope = TensorScope.open()) {
      Patches patches = Trace.paused(() -> vision.patches(image));
      Trace.record("query_pixel_values", patches::pixelValues);
      Tensor boxes = heads.boxes(patches.features(), patches.rows(), patches.columns());
      Trace.record("query_pred_boxes", () -> boxes);
      Tensor embeddings = heads.classEmbeddings(patches.features());
      int main = OwlSelection.mainPatch(new RelativeBoxes(boxes.toFloats()), embeddings.toFloats());
      return scope.keep(embeddings.narrow(0, main, 1).copy());
    }
  }

  private Tensor boxes(Patches patches) {
    Tensor boxes = heads.boxes(patches.features(), patches.rows(), patches.columns());
    Trace.record("pred_boxes", () -> boxes);
    return boxes;
  }

  private List<Detection> detections(
      List<Candidate> found, RelativeBoxes boxes, Image image, List<String> labels) {
    int width = vision.boxWidth(image);
    int height = vision.boxHeight(image);
    List<Detection> detections =
        found.stream()
            .map(
                candidate ->
                    new Detection(
                        labels.get(candidate.query()),
                        candidate.query(),
                        candidate.score(),
                        boxes.inPixels(candidate.patch(), width, height)))
            .toList();
    DetectionTrace.record("post_", detections);
    return detections.stream()
        .sorted(Comparator.comparingDouble(Detection::score).reversed())
        .toList();
  }
}

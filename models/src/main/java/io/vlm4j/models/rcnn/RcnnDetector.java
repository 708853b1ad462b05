package io.vlm4j.models.rcnn;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.BoxList;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.DetectionTrace;
import io.vlm4j.detect.Mask;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.Regions;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.models.rcnn.FeaturePyramid.Level;
import io.vlm4j.models.rcnn.RegionHeads.Found;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Faster R-CNN, and Mask R-CNN where there is a head for masks. */
final class RcnnDetector implements ObjectDetector {
  private final RcnnConfig config;
  private final Parts parts;
  private final List<String> labels;
  private final Device device;
  private final Resources resources;

  /**
   * The network.
   *
   * @param masks empty in Faster R-CNN
   */
  record Parts(
      FeaturePyramid pyramid, RegionProposals proposals, BoxHead boxes, Optional<MaskHead> masks) {}

  RcnnDetector(
      RcnnConfig config, Parts parts, List<String> labels, Device device, Resources resources) {
    this.config = config;
    this.parts = parts;
    this.labels = List.copyOf(labels);
    this.device = device;
    this.resources = resources;
  }

  @Override
  public DetectionOptions defaults() {
    return config.thresholds();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int featureSize() {
    return parts.boxes().featureSize();
  }

  @Override
  public List<List<Detection>> detect(List<Image> images, DetectionOptions options) {
    if (images.isEmpty()) {
      return List.of();
    }
    try (TensorScope scope = TensorScope.open()) {
      ResizedImages resized = ResizedImages.of(images, config, device);
      List<Level> levels = parts.pyramid().forward(resized.pixelValues());
      Found found = look(resized, levels, options);
      List<List<Detection>> detections =
          detections(images, resized, found, masks(resized, levels, found));
      record(images, found, detections);
      return detections;
    }
  }

  @Override
  public Regions regions(Image image, int atMost) {
    try (TensorScope scope = TensorScope.open()) {
      ResizedImages resized = ResizedImages.of(List.of(image), config, device);
      Found all = look(resized, parts.pyramid().forward(resized.pixelValues()), defaults());
      List<BoxList.Entry> best = all.boxes().get(0).stream().limit(Math.max(0, atMost)).toList();
      Found found = new Found(List.of(best), all.features(), all.probabilities());
      List<Box> boxes = best.stream().map(entry -> box(entry, image, resized, 0)).toList();
      return new Regions(
          scope.keep(found.rows(found.features())),
          boxes,
          scope.keep(found.rows(found.probabilities())),
          image.width(),
          image.height());
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  private Found look(ResizedImages resized, List<Level> levels, DetectionOptions options) {
    List<List<BoxList.Entry>> proposals = parts.proposals().propose(resized, levels);
    RegionPool pool = new RegionPool(config.boxPool(), resized, levels);
    return new RegionHeads(config, parts.boxes()).look(proposals, pool, resized, options);
  }

  /** [N, M, M] for the boxes of all images. */
  private Optional<Tensor> masks(ResizedImages resized, List<Level> levels, Found found) {
    if (parts.masks().isEmpty() || found.labels().length == 0) {
      return Optional.empty();
    }
    Tensor regions = new RegionPool(config.maskPool(), resized, levels).cut(found.boxes());
    return Optional.of(parts.masks().get().masks(regions, found.labels()));
  }

  private List<List<Detection>> detections(
      List<Image> images, ResizedImages resized, Found found, Optional<Tensor> masks) {
    List<List<Detection>> all = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < images.size(); i++) {
      Image image = images.get(i);
      List<Detection> detections = new ArrayList<>();
      for (BoxList.Entry entry : found.boxes().get(i)) {
        Box box = box(entry, image, resized, i);
        int place = at++;
        Optional<Mask> mask = masks.map(m -> mask(m, place, box, image));
        detections.add(
            new Detection(labels.get(entry.group()), entry.group(), entry.score(), box, mask));
      }
      all.add(detections);
    }
    return all;
  }

  private static Mask mask(Tensor masks, int place, Box box, Image image) {
    Tensor mask = masks.narrow(0, place, 1).view(masks.size(1), masks.size(2));
    return MaskHead.paste(mask, box, image.width(), image.height());
  }

  /** Back to pixels of the image as it was given. */
  private static Box box(BoxList.Entry entry, Image image, ResizedImages resized, int index) {
    float x = (float) image.width() / resized.widths()[index];
    float y = (float) image.height() / resized.heights()[index];
    return new Box(entry.xMin() * x, entry.yMin() * y, entry.xMax() * x, entry.yMax() * y);
  }

  private static void record(List<Image> images, Found found, List<List<Detection>> detections) {
    if (!Trace.isOn()) {
      return;
    }
    List<Detection> all = detections.stream().flatMap(List::stream).toList();
    DetectionTrace.record("", all);
    long[] sources = found.sources();
    Trace.record("detection_proposal_index", sources, sources.length);
    Trace.record("detection_features", () -> found.rows(found.features()));
    Trace.record("detection_class_probs", () -> found.rows(found.probabilities()));
    if (images.size() == 1 && all.stream().allMatch(d -> d.mask().isPresent()) && !all.isEmpty()) {
      DetectionTrace.recordMasks(all, images.get(0).width(), images.get(0).height());
    }
  }
}

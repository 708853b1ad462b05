package io.vlm4j.models.rcnn;

import io.vlm4j.detect.BoxList;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.FiniteNumbers;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/** What the proposals of some images are. */
final class RegionHeads {
  private static final double SMALLEST_SIDE = 1e-2;

  private final RcnnConfig config;
  private final BoxHead head;

  RegionHeads(RcnnConfig config, BoxHead head) {
    this.config = config;
    this.head = head;
  }

  /**
   * What was found.
   *
   * @param boxes of each image, the best first, in pixels of the resized images; their source is a
   *     proposal's place among those of all images, their group a class
   * @param features float32 [P, D] of all proposals
   * @param probabilities float32 [P, classes] of all proposals
   */
  record Found(List<List<BoxList.Entry>> boxes, Tensor features, Tensor probabilities) {
    /** A row of a tensor for each box of all images. */
    Tensor rows(Tensor ofProposals) {
      long[] places = sources();
      Tensor index =
          KernelLibrary.shared()
              .call("to_device_of", Tensor.of(places, places.length), ofProposals);
      return ofProposals.select(0, index);
    }

    long[] sources() {
      return boxes.stream().flatMap(List::stream).mapToLong(BoxList.Entry::source).toArray();
    }

    long[] labels() {
      return boxes.stream().flatMap(List::stream).mapToLong(BoxList.Entry::group).toArray();
    }
  }

  /** Looks at each proposal; every class moves the box its own way. */
  Found look(
      List<List<BoxList.Entry>> proposals,
      RegionPool pool,
      ResizedImages images,
      DetectionOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor corners = corners(proposals);
      Trace.record("proposals", () -> corners);
      int classes = head.classCount();
      if (corners.size(0) == 0) {
        List<List<BoxList.Entry>> nothing =
            proposals.stream().map(p -> List.<BoxList.Entry>of()).toList();
        return new Found(
            nothing,
            scope.keep(Tensor.of(new float[0], 0, head.featureSize())),
            scope.keep(Tensor.of(new float[0], 0, classes)));
      }
      Tensor features = head.features(pool.cut(proposals));
      Tensor logits = head.logits(features);
      Tensor regression = head.regression(features);
      Tensor probabilities = logits.softmax();
      Trace.record("box_features", () -> features);
      Trace.record("class_logits", () -> logits);
      Trace.record("box_regression", () -> regression);
      Trace.record("class_probs", () -> probabilities);
      float[] w = config.boxWeights();
      Tensor decoded =
          KernelLibrary.shared()
              .call(
                  "decode_boxes",
                  regression,
                  KernelLibrary.shared().call("to_device_of", corners, regression),
                  (double) w[0],
                  (double) w[1],
                  (double) w[2],
                  (double) w[3]);
      float[] boxes = FiniteNumbers.require(decoded.toFloats());
      float[] scores = FiniteNumbers.require(probabilities.toFloats());
      return new Found(
          choose(proposals, boxes, scores, images, options),
          scope.keep(features),
          scope.keep(probabilities));
    }
  }

  private List<List<BoxList.Entry>> choose(
      List<List<BoxList.Entry>> proposals,
      float[] boxes,
      float[] scores,
      ResizedImages images,
      DetectionOptions options) {
    int classes = head.classCount();
    List<List<BoxList.Entry>> chosen = new ArrayList<>();
    int proposal = 0;
    for (int image = 0; image < proposals.size(); image++) {
      BoxList candidates = new BoxList();
      int end = proposal + proposals.get(image).size();
      for (; proposal < end; proposal++) {
        for (int label = 1; label < classes; label++) { // 0 is the background
          int at = proposal * classes + label;
          if (scores[at] > (float) options.threshold()) {
            BoxList.Entry box =
                BoxList.Entry.of(proposal, label, scores[at], boxes, 4 * at)
                    .within(images.widths()[image], images.heights()[image]);
            if (box.isAtLeast(SMALLEST_SIDE)) {
              candidates.add(box);
            }
          }
        }
      }
      chosen.add(candidates.distinct(options.overlap(), config.mostDetections()));
    }
    return chosen;
  }

  private static Tensor corners(List<List<BoxList.Entry>> boxes) {
    List<BoxList.Entry> all = boxes.stream().flatMap(List::stream).toList();
    float[] corners = new float[4 * all.size()];
    for (int i = 0; i < all.size(); i++) {
      corners[4 * i] = all.get(i).xMin();
      corners[4 * i + 1] = all.get(i).yMin();
      corners[4 * i + 2] = all.get(i).xMax();
      corners[4 * i + 3] = all.get(i).yMax();
    }
    return Tensor.of(corners, all.size(), 4);
  }
}

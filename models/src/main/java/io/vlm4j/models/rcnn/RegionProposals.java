package io.vlm4j.models.rcnn;

import static io.vlm4j.models.rcnn.Convolutions.length;

import io.vlm4j.detect.BoxList;
import io.vlm4j.detect.FiniteNumbers;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.rcnn.FeaturePyramid.Level;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The region proposal network: where in an image anything at all may be. Each place of each level
 * has anchors; the likeliest are moved to fit, and those that overlap are dropped.
 */
final class RegionProposals {
  private static final double SMALLEST_SIDE = 1e-3;

  private final RcnnConfig.Proposals limits;
  private final Convolutions convolutions;
  private final Convolution logits;
  private final Convolution deltas;
  private final List<Tensor> anchors = new ArrayList<>();

  /** Reads the network; the tensors belong to the scope that is open. */
  RegionProposals(RcnnConfig config, Weights weights, int width, int levels) {
    this.limits = config.rpn();
    int each = length(weights, "cls_logits.weight", 0);
    if (config.anchorSizes().size() != levels || config.aspectRatios().size() != levels) {
      throw new InvalidModelException(
          "anchors of %d sizes and %d lists of aspect ratios for %d levels of the pyramid; expected one for each level"
              .formatted(config.anchorSizes().size(), config.aspectRatios().size(), levels));
    }
    for (int i = 0; i < levels; i++) {
      float[] corners = corners(config.anchorSizes().get(i), config.aspectRatios().get(i));
      if (corners.length != 4 * each) {
        throw new InvalidModelException(
            "level %d has %d anchors a place by the configuration; %s has %d outputs"
                .formatted(i, corners.length / 4, weights.describe("cls_logits.weight"), each));
      }
      anchors.add(Tensor.of(corners, each, 4).to(weights.placement().device()));
    }
    this.convolutions = Convolutions.load(weights, "conv", width);
    int features = convolutions.outputs();
    this.logits =
        Convolution.load(
            weights.at("cls_logits"), Convolution.Shape.of(features, each, 1), Activation.IDENTITY);
    this.deltas =
        Convolution.load(
            weights.at("bbox_pred"),
            Convolution.Shape.of(features, 4 * each, 1),
            Activation.IDENTITY);
  }

  /** Anchors around a place's own corner, the sizes of each ratio side by side, in whole pixels. */
  private static float[] corners(float[] sizes, float[] ratios) {
    float[] corners = new float[4 * sizes.length * ratios.length];
    int at = 0;
    for (float ratio : ratios) {
      float tall = (float) Math.sqrt(ratio);
      float wide = 1 / tall;
      for (float size : sizes) {
        float x = (float) Math.rint(wide * size / 2);
        float y = (float) Math.rint(tall * size / 2);
        corners[at++] = -x;
        corners[at++] = -y;
        corners[at++] = x;
        corners[at++] = y;
      }
    }
    return corners;
  }

  /** The proposals of each image, the best first, in pixels of the resized images. */
  List<List<BoxList.Entry>> propose(ResizedImages images, List<Level> levels) {
    int count = images.heights().length;
    List<BoxList> lists = new ArrayList<>();
    for (int image = 0; image < count; image++) {
      lists.add(new BoxList());
    }
    for (int level = 0; level < levels.size(); level++) {
      add(lists, images, level, levels.get(level).map());
    }
    return lists.stream().map(l -> l.distinct(limits.overlap(), limits.after())).toList();
  }

  private void add(List<BoxList> lists, ResizedImages images, int level, Tensor map) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = convolutions.forward(map);
      Tensor[] best =
          KernelLibrary.shared()
              .callTensors(
                  "best_anchors",
                  logits.forward(hidden),
                  deltas.forward(hidden),
                  anchors.get(level),
                  images.pixelValues().size(2) / map.size(2),
                  images.pixelValues().size(3) / map.size(3),
                  limits.before());
      int each = best[0].size(1);
      float[] scores = KernelLibrary.shared().call("sigmoid", best[0]).toFloats();
      float[] boxes = best[1].toFloats();
      for (int i = 0; i < scores.length; i++) {
        int image = i / each;
        BoxList.Entry box =
            FiniteNumbers.require(BoxList.Entry.of(i, level, scores[i], boxes, 4 * i))
                .within(images.widths()[image], images.heights()[image]);
        if (box.isAtLeast(SMALLEST_SIDE) && box.score() >= (float) limits.threshold()) {
          lists.get(image).add(box);
        }
      }
    }
  }
}

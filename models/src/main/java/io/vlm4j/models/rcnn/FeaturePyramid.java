package io.vlm4j.models.rcnn;

import static io.vlm4j.models.rcnn.Convolutions.length;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.spi.StagedVisionEncoder;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Feature maps of one width at several scales: each stage of the backbone, with what the coarser
 * ones know added.
 *
 * @see <a href="https://arxiv.org/abs/1612.03144">Feature pyramid networks</a>
 */
final class FeaturePyramid {
  private final StagedVisionEncoder body;
  private final List<Integer> stages;
  private final List<Convolution> inner = new ArrayList<>();
  private final List<Convolution> layer = new ArrayList<>();
  private final List<Convolution> extra = new ArrayList<>();
  private final boolean extraFromStage;
  private final boolean poolsLast;
  private final int width;

  /**
   * One map.
   *
   * @param name as torchvision calls it: "0", "1", ..., "pool"
   * @param map float32 [B, C, H, W]
   */
  record Level(String name, Tensor map) {}

  /** Reads the pyramid; the backbone is another's to close. */
  FeaturePyramid(StagedVisionEncoder body, Weights weights, boolean poolsLast) {
    this.body = body;
    Weights fpn = weights.at("fpn");
    this.width = length(fpn.at("inner", 0), "weight", 0);
    this.stages = stages(weights.at("body"), fpn);
    for (int i = 0; i < stages.size(); i++) {
      int inputs = length(fpn.at("inner", i), "weight", 1);
      inner.add(
          Convolutions.convolution(
              fpn.at("inner", i), Convolution.Shape.of(inputs, width, 1), Activation.IDENTITY));
      layer.add(
          Convolutions.convolution(
              fpn.at("layer", i), Convolution.Shape.of(width, width, 3), Activation.IDENTITY));
    }
    boolean convolves = fpn.has("extra.p6.weight");
    this.extraFromStage = convolves && length(fpn, "extra.p6.weight", 1) != width;
    this.poolsLast = poolsLast && !convolves;
    if (convolves) {
      extra.add(coarser(fpn.at("extra.p6"), length(fpn, "extra.p6.weight", 1)));
      extra.add(coarser(fpn.at("extra.p7"), width));
    }
  }

  private Convolution coarser(Weights weights, int inputs) {
    return Convolution.load(
        weights, Convolution.Shape.of(inputs, width, 3).strided(2), Activation.IDENTITY);
  }

  /** Which stages the pyramid stands on: those whose widths are its inputs, in order. */
  private static List<Integer> stages(Weights body, Weights fpn) {
    List<Integer> found = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int levels = fpn.count("inner");
    for (int s = 1; !outputName(body, s).isEmpty(); s++) {
      widths.add(length(body, outputName(body, s), 0));
    }
    // The last stage is always part of it; what the body has beyond was cut off.
    int stage = widths.size() - 1;
    for (int i = levels - 1; i >= 0; i--, stage--) {
      int inputs = length(fpn.at("inner", i), "weight", 1);
      while (stage >= 0 && widths.get(stage) != inputs) {
        stage--;
      }
      if (stage < 0) {
        throw new InvalidModelException(
            "%s takes %d channels; the backbone's stages have %s"
                .formatted(fpn.at("inner", i).describe("weight"), inputs, widths));
      }
      found.add(0, stage);
    }
    return found;
  }

  private static String outputName(Weights body, int stage) {
    String block = "layer" + stage + ".0.";
    return body.has(block + "conv3.weight")
        ? block + "conv3.weight"
        : body.has(block + "conv2.weight") ? block + "conv2.weight" : "";
  }

  int width() {
    return width;
  }

  int levels() {
    return stages.size() + extra.size() + (poolsLast ? 1 : 0);
  }

  /** The finest level first. */
  List<Level> forward(Tensor pixelValues) {
    List<Tensor> maps = Trace.paused(() -> body.stages(pixelValues));
    List<Level> levels = new ArrayList<>();
    Tensor top = null;
    for (int i = stages.size() - 1; i >= 0; i--) {
      Tensor lateral = inner.get(i).forward(maps.get(stages.get(i)));
      top = top == null ? lateral : KernelLibrary.shared().call("add_coarser", lateral, top);
      levels.add(0, new Level(Integer.toString(i), layer.get(i).forward(top)));
    }
    Tensor last = levels.get(levels.size() - 1).map();
    if (poolsLast) {
      levels.add(new Level("pool", KernelLibrary.shared().call("every_second_place", last)));
    } else if (!extra.isEmpty()) {
      Tensor from = extraFromStage ? maps.get(stages.get(stages.size() - 1)) : last;
      Tensor p6 = extra.get(0).forward(from);
      levels.add(new Level("p6", p6));
      levels.add(new Level("p7", extra.get(1).forward(Activation.RELU.forward(p6))));
    }
    levels.forEach(level -> Trace.record("fpn_" + level.name(), level::map));
    return levels;
  }
}

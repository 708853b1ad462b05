package io.vlm4j.models.rcnn;

import static io.vlm4j.models.rcnn.Convolutions.length;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** From a region's grid to its vector, its class and its box: convolutions, then linear layers. */
final class BoxHead {
  /** The two layers of the older head are called fc6 and fc7. */
  private static final int LAST_NUMBER = 64;

  private final Convolutions convolutions;
  private final List<Linear> layers = new ArrayList<>();
  private final Linear classes;
  private final Linear boxes;
  private final int featureSize;

  /** Reads the head. */
  BoxHead(Weights weights, int width, PoolConfig pool) {
    Weights head = weights.at("box_head");
    this.convolutions = Convolutions.load(head, "conv", width);
    int size = convolutions.outputs() * pool.align().rows() * pool.align().columns();
    for (int i = 0; i < LAST_NUMBER; i++) {
      if (head.has("linear." + i + ".weight")) {
        Linear layer = Convolutions.linear(head.at("linear", i), size);
        layers.add(layer);
        size = layer.outputSize();
      }
    }
    this.featureSize = size;
    Weights predictor = weights.at("box_predictor");
    this.classes = Convolutions.linear(predictor.at("cls_score"), size);
    int coordinates = length(predictor, "bbox_pred.weight", 0);
    if (coordinates != 4 * classCount()) {
      throw new InvalidModelException(
          "%s has %d classes and %s %d coordinates; expected 4 a class"
              .formatted(
                  predictor.describe("cls_score.weight"),
                  classCount(),
                  predictor.describe("bbox_pred.weight"),
                  coordinates));
    }
    this.boxes = Convolutions.linear(predictor.at("bbox_pred"), size);
  }

  int featureSize() {
    return featureSize;
  }

  /** Classes, the background among them. */
  int classCount() {
    return classes.outputSize();
  }

  /** [N, C, rows, columns] to [N, D]. */
  Tensor features(Tensor regions) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = convolutions.forward(regions).view(regions.size(0), -1);
      for (Linear layer : layers) {
        hidden = Activation.RELU.forward(layer.forward(hidden));
      }
      return scope.keep(hidden);
    }
  }

  /** [N, D] to [N, classes]. */
  Tensor logits(Tensor features) {
    return classes.forward(features);
  }

  /** [N, D] to [N, 4 classes]: shifts and scales. */
  Tensor regression(Tensor features) {
    return boxes.forward(features);
  }
}

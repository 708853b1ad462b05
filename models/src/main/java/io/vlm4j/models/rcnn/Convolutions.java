package io.vlm4j.models.rcnn;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions one after the other.
 *
 * @param layers from the first to the last
 * @param outputs channels of the last
 */
record Convolutions(List<Convolution> layers, int outputs) {
  /** Of PyTorch's batch norms. */
  private static final double EPSILON = 1e-5;

  Convolutions {
    layers = List.copyOf(layers);
  }

  /** All that a list of weights has, from its first number on; each is followed by a ReLU. */
  static Convolutions load(Weights weights, String list, int inputs) {
    List<Convolution> layers = new ArrayList<>();
    int width = inputs;
    int first = weights.at(list, 0).has("weight") ? 0 : 1;
    for (int i = first; weights.at(list, i).has("weight"); i++) {
      Weights layer = weights.at(list, i);
      int outputs = length(layer, "weight", 0);
      layers.add(convolution(layer, Convolution.Shape.of(width, outputs, 3), Activation.RELU));
      width = outputs;
    }
    return new Convolutions(layers, width);
  }

  /** One layer, with a batch norm or a bias, whichever is there. */
  static Convolution convolution(Weights weights, Convolution.Shape shape, Activation activation) {
    return weights.has("norm.weight")
        ? Convolution.withBatchNorm(weights, shape, EPSILON, activation)
        : Convolution.load(weights, shape, activation);
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = x;
      for (Convolution layer : layers) {
        hidden = layer.forward(hidden);
      }
      return layers.isEmpty() ? x : scope.keep(hidden);
    }
  }

  /** A length of a tensor. */
  static int length(Weights weights, String name, int dimension) {
    List<Long> shape = weights.shape(name);
    if (shape.size() <= dimension || shape.get(dimension) < 1) {
      throw new InvalidModelException(
          weights.describe(name) + " has no dimension " + dimension + " of a length above 0");
    }
    return Math.toIntExact(shape.get(dimension));
  }

  /** A linear layer as wide as its weight says. */
  static Linear linear(Weights weights, int inputs) {
    return Linear.load(weights, inputs, length(weights, "weight", 0), true);
  }
}

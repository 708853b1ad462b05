package io.vlm4j.models.twostream;

import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The kinds of heads that several models have. */
final class Heads {
  private static final double EPSILON = 1e-12;

  private Heads() {}

  /** {@code weight} [C, D] and {@code bias} [C]. */
  static UnaryOperator<Tensor> linear(Weights weights, int size) {
    return linear(weights, size, classes(weights, "weight"))::forward;
  }

  /** LXMERT's answers: {@code up} [H, D], GELU, {@code norm}, {@code down} [classes, H]. */
  static UnaryOperator<Tensor> answers(Weights weights, int size, int classes) {
    int inner = classes(weights.at("up"), "weight");
    Linear up = linear(weights.at("up"), size, inner);
    Norm norm = Norm.layerNorm(weights.at("norm"), inner, EPSILON);
    Linear down = linear(weights.at("down"), inner, classes);
    return x -> down.forward(norm.forward(Activation.GELU.forward(up.forward(x))));
  }

  /**
   * ViLBERT's answers: {@code up}, ReLU and {@code down}, whose weights are stored as a direction
   * {@code weight_v} [out, in] and a length {@code weight_g}.
   */
  static UnaryOperator<Tensor> weightNormalised(Weights weights, int size) {
    int inner = classes(weights.at("up"), "weight_v");
    Linear up = weightNormalisedLayer(weights.at("up"), size, inner);
    Linear down =
        weightNormalisedLayer(weights.at("down"), inner, classes(weights.at("down"), "weight_v"));
    return x -> down.forward(Activation.RELU.forward(up.forward(x)));
  }

  private static Linear weightNormalisedLayer(Weights weights, int inputSize, int outputSize) {
    Tensor direction = weights.getFloat("weight_v", outputSize, inputSize).view(1, -1);
    Tensor length = weights.getReshaped("weight_g", 1);
    return Linear.of(
        SpaceProjection.normalized(direction).mul(length).view(outputSize, inputSize),
        Optional.of(weights.getFloat("bias", outputSize)),
        weights.placement());
  }

  /**
   * BERT's masked words: {@code transform}, activation, {@code norm}, {@code decoder.weight} [V, D]
   * (the table of the words where a checkpoint holds none) and {@code decoder.bias}.
   */
  static UnaryOperator<Tensor> words(
      Weights weights, Tensor wordTable, Activation activation, double epsilon) {
    int vocabulary = wordTable.size(0);
    int size = wordTable.size(1);
    UnaryOperator<Tensor> transform = transform(weights, size, activation, epsilon);
    Weights stored = weights.at("decoder");
    Linear decoder =
        stored.has("weight")
            ? linear(stored, size, vocabulary)
            : Linear.of(
                wordTable, Optional.of(stored.getFloat("bias", vocabulary)), weights.placement());
    return x -> decoder.forward(transform.apply(x));
  }

  /** {@code transform} [D, D], activation, {@code norm}. */
  static UnaryOperator<Tensor> transform(
      Weights weights, int size, Activation activation, double epsilon) {
    Linear dense = linear(weights.at("transform"), size, size);
    Norm norm = Norm.layerNorm(weights.at("norm"), size, epsilon);
    return x -> norm.forward(activation.forward(dense.forward(x)));
  }

  /** How many classes a stored layer has. */
  static int classes(Weights weights, String name) {
    return Math.toIntExact(weights.shape(name).get(0));
  }

  static Linear linear(Weights weights, int inputSize, int outputSize) {
    return Linear.load(weights, inputSize, outputSize, true);
  }
}

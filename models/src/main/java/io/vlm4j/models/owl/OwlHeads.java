package io.vlm4j.models.owl;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** What stands on each patch: its class embedding, its box, and whether it is an object at all. */
final class OwlHeads {
  private final Device device;
  private final Linear classEmbedding;
  private final Linear logitShift;
  private final Linear logitScale;
  private final Dense box;
  private final Optional<Dense> objectness;

  /**
   * Reads the heads.
   *
   * @param size width D of the patches
   * @param querySize width E of the queries
   * @param knowsObjects OWLv2 has a head for objectness
   */
  OwlHeads(Weights weights, int size, int querySize, boolean knowsObjects) {
    this.device = weights.placement().device();
    Weights classes = weights.at("class_head");
    this.classEmbedding = Linear.load(classes.at("dense0"), size, querySize, true);
    this.logitShift = Linear.load(classes.at("logit_shift"), size, 1, true);
    this.logitScale = Linear.load(classes.at("logit_scale"), size, 1, true);
    this.box = Dense.load(weights.at("box_head"), size, 4);
    this.objectness =
        knowsObjects
            ? Optional.of(Dense.load(weights.at("objectness_head"), size, 1))
            : Optional.empty();
  }

  /** [P, D] to [P, E]. */
  Tensor classEmbeddings(Tensor patches) {
    return classEmbedding.forward(patches);
  }

  /**
   * How well queries describe patches.
   *
   * @param patches [P, D]
   * @param queries [Q, E]
   * @return [P, Q]
   */
  Tensor logits(Tensor patches, Tensor queries) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          KernelLibrary.shared()
              .call(
                  "patch_query_logits",
                  classEmbeddings(patches),
                  queries,
                  logitShift.forward(patches),
                  logitScale.forward(patches)));
    }
  }

  /**
   * A box for each patch, near its place in the grid.
   *
   * @param patches [rows * columns, D]
   * @return [rows * columns, 4]: centre, width and height as shares of the image
   */
  Tensor boxes(Tensor patches, int rows, int columns) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor bias = Tensor.of(boxBias(rows, columns), (long) rows * columns, 4).to(device);
      return scope.keep(KernelLibrary.shared().call("sigmoid", box.forward(patches).add(bias)));
    }
  }

  /** [P, D] to [P, 1]. */
  Tensor objectness(Tensor patches) {
    return objectness
        .orElseThrow(
            () ->
                new UnsupportedModelException(
                    "this model has no head for objectness; OWLv2 has one, or give queries"))
        .forward(patches);
  }

  boolean knowsObjects() {
    return objectness.isPresent();
  }

  /** Logits of a patch's lower right corner, and of a box of its size. */
  private static float[] boxBias(int rows, int columns) {
    float[] bias = new float[4 * rows * columns];
    for (int i = 0; i < rows * columns; i++) {
      int row = i / columns;
      int column = i % columns;
      bias[4 * i] = logit((column + 1f) / columns);
      bias[4 * i + 1] = logit((row + 1f) / rows);
      bias[4 * i + 2] = logit(1f / columns);
      bias[4 * i + 3] = logit(1f / rows);
    }
    return bias;
  }

  private static float logit(float share) {
    return (float) (Math.log(share + 1e-4f) - Math.log1p(-share + 1e-4f));
  }

  /** Three layers with GELU between them. */
  private record Dense(Linear first, Linear second, Linear last) {
    static Dense load(Weights weights, int size, int outputSize) {
      return new Dense(
          Linear.load(weights.at("dense0"), size, size, true),
          Linear.load(weights.at("dense1"), size, size, true),
          Linear.load(weights.at("dense2"), size, outputSize, true));
    }

    Tensor forward(Tensor x) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor hidden = Activation.GELU.forward(first.forward(x));
        hidden = Activation.GELU.forward(second.forward(hidden));
        return scope.keep(last.forward(hidden));
      }
    }
  }
}

package io.vlm4j.train;

import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;
import java.util.function.Supplier;

/** One pass forwards and backwards over some images. */
final class Pass {
  private Pass() {}

  /**
   * Computes the loss and its gradients.
   *
   * @param images what the connector sees; they must be made with {@link Autograd} on
   * @param captions of each image
   * @param tokens by which the sum of the captions' losses is divided
   * @return its tensors belong to the caller's scope
   */
  static Result run(
      Trainee trainee,
      Parameters parameters,
      ImageFeatures images,
      List<List<int[]>> captions,
      long tokens) {
    return run(trainee, parameters, () -> images, captions, tokens);
  }

  /** As above, with images that are read when the pass begins. */
  static Result run(
      Trainee trainee,
      Parameters parameters,
      Supplier<ImageFeatures> images,
      List<List<int[]>> captions,
      long tokens) {
    try (TensorScope scope = TensorScope.open();
        Autograd autograd = Autograd.open()) {
      Trainee.Prediction prediction = trainee.predict(parameters, images.get(), captions);
      Tensor loss = prediction.loss(tokens);
      List<Tensor> gradients = Autograd.gradients(loss, parameters.list());
      gradients.forEach(scope::keep);
      return new Result(loss.toFloats()[0], gradients);
    }
  }

  /** Adds gradients to others. */
  static void add(List<Tensor> sums, List<Tensor> terms) {
    KernelLibrary.shared().callLong("add_in_place", array(sums), array(terms));
  }

  /**
   * Scales gradients so that their common norm is at most the limit.
   *
   * @param limit 0 for none
   * @return the norm before
   */
  static double clip(List<Tensor> gradients, double limit) {
    try (TensorScope scope = TensorScope.open()) {
      return KernelLibrary.shared().call("clip_gradients", array(gradients), limit).toFloats()[0];
    }
  }

  private static Object array(List<Tensor> tensors) {
    return tensors.toArray(Tensor[]::new);
  }

  /**
   * Loss and gradients.
   *
   * @param loss the captions' share of the step's loss
   * @param gradients in the order of the parameters
   */
  record Result(double loss, List<Tensor> gradients) {}
}

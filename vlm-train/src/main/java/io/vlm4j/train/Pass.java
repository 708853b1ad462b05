package io.vlm4j.train;

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
   * @param tokens by which the sum of the texts' losses is divided
   * @return its tensors belong to the caller's scope
   */
  static Result run(TrainingTask.Reading reading, Parameters parameters, long tokens) {
    return run(() -> reading.predict(parameters), parameters, tokens);
  }

  /** As above; the prediction is made with {@link Autograd} on. */
  static Result run(Supplier<Prediction> prediction, Parameters parameters, long tokens) {
    try (TensorScope scope = TensorScope.open();
        Autograd autograd = Autograd.open()) {
      Tensor loss = prediction.get().loss(tokens);
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
   * @param loss the texts' share of the step's loss
   * @param gradients in the order of the parameters
   */
  record Result(double loss, List<Tensor> gradients) {}
}

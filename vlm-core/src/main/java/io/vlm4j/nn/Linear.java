package io.vlm4j.nn;

import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.LinearKernel;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;

/** y = x W^T + b, from [..., in] to [..., out], with the matrix kernel that suits this machine. */
public final class Linear {
  private final ScriptObject layer;
  private final int outputSize;
  private final long bytes;

  private Linear(ScriptObject layer, int outputSize, long bytes) {
    this.layer = layer;
    this.outputSize = outputSize;
    this.bytes = bytes;
  }

  /** Reads {@code weight} [out, in] and, if the layer has one, {@code bias} [out]. */
  public static Linear load(Weights weights, int inputSize, int outputSize, boolean bias) {
    return load(weights, List.of(weights), inputSize, List.of(outputSize), bias);
  }

  /** A tied output layer: the rows of an embedding table are its weight. */
  public static Linear tied(Tensor table, Placement placement) {
    return of(table, Optional.empty(), placement);
  }

  /** Several layers of the same input as one product; the outputs stand side by side. */
  public static Linear fused(
      List<Weights> parts, int inputSize, List<Integer> outputSizes, boolean bias) {
    return load(parts.get(0), parts, inputSize, outputSizes, bias);
  }

  /**
   * Queries, keys and values of which a checkpoint holds each group together: the rows of {@code
   * weight} and {@code bias} are [groups, heads of a group + 2, headSize], the queries of a group
   * before its key and its value. The outputs are all queries, then all keys, then all values.
   */
  public static Linear grouped(
      Weights weights, int inputSize, int groups, int groupHeads, int headSize, boolean bias) {
    long rows = (groupHeads + 2L) * groups * headSize;
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = weights.get("weight", rows, inputSize).to(weights.placement().device());
      Optional<Tensor> shift =
          bias ? Optional.of(weights.getFloat("bias", rows)) : Optional.empty();
      Linear linear =
          of(
              ungrouped(weight, groups, groupHeads),
              shift.map(stored -> ungrouped(stored, groups, groupHeads)),
              weights.placement());
      scope.keep(linear.layer);
      return linear;
    }
  }

  private static Tensor ungrouped(Tensor stored, int groups, int groupHeads) {
    Tensor each = stored.view(groups, groupHeads + 2L, -1);
    Tensor queries = each.narrow(1, 0, groupHeads).view(-1);
    Tensor keys = each.narrow(1, groupHeads, 1).view(-1);
    Tensor values = each.narrow(1, groupHeads + 1L, 1).view(-1);
    return Tensor.cat(0, queries, keys, values).view(stored.shape());
  }

  /** Reads {@code weight} [out, in]; the bias [out] is at hand. */
  public static Linear load(Weights weights, int inputSize, int outputSize, Tensor bias) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = weights.get("weight", outputSize, inputSize).to(weights.placement().device());
      Linear linear = of(weight, Optional.of(bias), weights.placement());
      scope.keep(linear.layer);
      return linear;
    }
  }

  /** Reads {@code weight} [in, out], as GPT-2's Conv1D has it, and {@code bias} [out]. */
  public static Linear loadTransposed(Weights weights, int inputSize, int outputSize) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored = weights.get("weight", inputSize, outputSize).to(weights.placement().device());
      Tensor bias = weights.getFloat("bias", outputSize);
      Linear linear =
          of(stored.transpose(0, 1).contiguous(), Optional.of(bias), weights.placement());
      scope.keep(linear.layer);
      return linear;
    }
  }

  /** Reads a tensor [in, out] as the weight of a layer without biases. */
  public static Linear loadTransposed(Weights weights, String name, int inputSize, int outputSize) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored = weights.getFloat(name, inputSize, outputSize);
      Linear linear =
          of(stored.transpose(0, 1).contiguous(), Optional.empty(), weights.placement());
      scope.keep(linear.layer);
      return linear;
    }
  }

  /** A layer from tensors at hand. */
  public static Linear of(Tensor weight, Optional<Tensor> bias, Placement placement) {
    LinearKernel kernel = LinearKernel.choose(placement, weight.dtype());
    ScriptObject layer =
        KernelLibrary.shared().callObject("linear", kernel.scriptName(), weight, bias.orElse(null));
    return new Linear(
        layer, weight.size(0), (long) weight.size(0) * weight.size(1) * kernel.bytesPerWeight());
  }

  /**
   * Applies the layer.
   *
   * @param x float32 [..., in]
   * @return float32 [..., out]
   */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("linear_forward", layer, x);
  }

  /** Length of the last dimension of the result. */
  public int outputSize() {
    return outputSize;
  }

  /** Bytes of the weight as the kernel holds it. */
  public long bytes() {
    return bytes;
  }

  ScriptObject layer() {
    return layer;
  }

  private static Linear load(
      Weights owner,
      List<Weights> parts,
      int inputSize,
      List<Integer> outputSizes,
      boolean withBias) {
    // The stored weight is only a source: most kernels keep their own packed copy, so its mapping
    // ends here and its pages need not stay in memory.
    try (TensorScope scope = TensorScope.open()) {
      Tensor[] weights = new Tensor[parts.size()];
      Tensor[] biases = new Tensor[parts.size()];
      for (int i = 0; i < weights.length; i++) {
        int size = outputSizes.get(i);
        weights[i] = parts.get(i).get("weight", size, inputSize).to(owner.placement().device());
        if (withBias) {
          biases[i] = parts.get(i).getFloat("bias", size);
        }
      }
      Optional<Tensor> bias = withBias ? Optional.of(join(biases)) : Optional.empty();
      Linear linear = of(join(weights), bias, owner.placement());
      scope.keep(linear.layer);
      return linear;
    }
  }

  private static Tensor join(Tensor[] parts) {
    if (parts.length == 1) {
      return parts[0];
    }
    boolean sameType = true;
    for (Tensor part : parts) {
      sameType &= part.dtype() == parts[0].dtype();
    }
    for (int i = 0; !sameType && i < parts.length; i++) {
      parts[i] = parts[i].to(DType.FLOAT32);
    }
    return Tensor.cat(0, parts);
  }
}

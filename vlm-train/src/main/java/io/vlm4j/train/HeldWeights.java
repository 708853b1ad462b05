package io.vlm4j.train;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.TensorInfo;
import io.vlm4j.weights.WeightSource;
import java.util.Arrays;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Tensors in memory as a checkpoint: what is made of them takes part in gradients. */
record HeldWeights(Map<String, Tensor> tensors, String origin) implements WeightSource {
  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    Tensor tensor = find(name);
    long[] shape = tensor.shape();
    return new TensorInfo(
        name,
        tensor.dtype().safetensorsName(),
        Arrays.stream(shape).boxed().toList(),
        Tensor.elements(shape) * tensor.dtype().bytes());
  }

  @Override
  public Tensor load(String name) {
    return KernelLibrary.shared().call("same", find(name));
  }

  private Tensor find(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException(name);
    }
    return tensor;
  }
}

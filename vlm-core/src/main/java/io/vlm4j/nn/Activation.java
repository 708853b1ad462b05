package io.vlm4j.nn;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Activation functions, with the names that the hub's configurations give them. */
public enum Activation {
  SILU("silu", "swish"),
  /** The exact form, with the error function. */
  GELU("gelu", "gelu_python"),
  /** The approximation by tanh. */
  GELU_TANH("gelu_tanh", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate"),
  /** x sigmoid(1.702 x). */
  QUICK_GELU("quick_gelu"),
  RELU("relu"),
  RELU_SQUARED("relu_squared", "relu2"),
  TANH("tanh"),
  IDENTITY("identity", "linear");

  private final String scriptName;
  private final List<String> names;

  Activation(String scriptName, String... otherNames) {
    this.scriptName = scriptName;
    this.names = Stream.concat(Stream.of(scriptName), Arrays.stream(otherNames)).toList();
  }

  /** The activation that a configuration names. */
  public static Activation of(String name) {
    return Arrays.stream(values())
        .filter(activation -> activation.names.contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedModelException(
                    "activation '"
                        + name
                        + "' is not supported; supported are "
                        + Arrays.stream(values())
                            .flatMap(activation -> activation.names.stream())
                            .collect(Collectors.joining(", "))));
  }

  /** Applies it to each element. */
  public Tensor forward(Tensor x) {
    return KernelLibrary.shared().call("activate", x, scriptName);
  }

  /** Applies it to each element, times a gain. */
  public Tensor forward(Tensor x, double gain) {
    return KernelLibrary.shared().call("activate_scaled", x, scriptName, gain);
  }

  String scriptName() {
    return scriptName;
  }
}

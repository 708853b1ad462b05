package io.vlm4j.tensor;

/**
 * Where a model's weights go, and how they are computed with.
 *
 * @param device the device
 * @param precision of the linear layers
 */
public record Placement(Device device, Precision precision) {
  /** The reference: float32 on the CPU. */
  public static final Placement REFERENCE = new Placement(Device.CPU, Precision.FP32);
}

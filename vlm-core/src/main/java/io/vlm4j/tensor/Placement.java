package io.vlm4j.tensor;

/**
 * Where a model's weights go, and how they are computed with.
 *
 * @param device the device
 * @param precision of the linear layers
 * @param workload what the linear layers are mostly given
 */
public record Placement(Device device, Precision precision, Workload workload) {
  /** The reference: float32 on the CPU. */
  public static final Placement REFERENCE = new Placement(Device.CPU, Precision.FP32);

  /** For a {@link Workload#GENERATION}. */
  public Placement(Device device, Precision precision) {
    this(device, precision, Workload.GENERATION);
  }

  /** The same place and precision for another workload. */
  public Placement forWorkload(Workload other) {
    return new Placement(device, precision, other);
  }
}

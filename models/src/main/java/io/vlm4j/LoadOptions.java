package io.vlm4j;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import java.util.function.DoubleConsumer;

/**
 * How a model is loaded.
 *
 * @param placement where and in what precision it computes
 * @param progress is told the share of the weights that is loaded, from 0 to 1
 */
public record LoadOptions(Placement placement, DoubleConsumer progress) {
  /** On the CPU; precision as the checkpoint stores it where the processor is fast at it. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(new Placement(Device.CPU, Precision.AUTO), share -> {});

  /** The reference: float32 on the CPU. */
  public static final LoadOptions FP32 = DEFAULT.withPrecision(Precision.FP32);

  /** The same in another precision. */
  public LoadOptions withPrecision(Precision precision) {
    return new LoadOptions(new Placement(placement.device(), precision), progress);
  }

  /** The same on another device. */
  public LoadOptions withDevice(Device device) {
    return new LoadOptions(new Placement(device, placement.precision()), progress);
  }

  /** The same with a listener. */
  public LoadOptions withProgress(DoubleConsumer listener) {
    return new LoadOptions(placement, listener);
  }
}

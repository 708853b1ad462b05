package io.vlm4j;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import java.util.function.DoubleConsumer;

/**
 * How a model is loaded.
 *
 * @param placement where and in what precision it computes
 * @param progress is told the share of the weights that is loaded, from 0 to 1
 * @param imageCacheBytes how much may be kept of images that were encoded, pixels and embeddings,
 *     so that an image that comes again is not encoded again; 0 keeps nothing
 */
public record LoadOptions(Placement placement, DoubleConsumer progress, long imageCacheBytes) {
  /** 256 MiB of images. */
  public static final long DEFAULT_IMAGE_CACHE_BYTES = 256L << 20;

  /** Checks the number of bytes. */
  public LoadOptions {
    if (imageCacheBytes < 0) {
      throw new InvalidOptionException(
          "imageCacheBytes is " + imageCacheBytes + "; expected 0 or more");
    }
  }

  /** With the default room for images. */
  public LoadOptions(Placement placement, DoubleConsumer progress) {
    this(placement, progress, DEFAULT_IMAGE_CACHE_BYTES);
  }

  /** On the CPU; precision as the checkpoint stores it where the processor is fast at it. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(new Placement(Device.CPU, Precision.AUTO), share -> {});

  /** The reference: float32 on the CPU. */
  public static final LoadOptions FP32 = DEFAULT.withPrecision(Precision.FP32);

  /** The same in another precision. */
  public LoadOptions withPrecision(Precision precision) {
    return new LoadOptions(new Placement(placement.device(), precision), progress, imageCacheBytes);
  }

  /** The same on another device. */
  public LoadOptions withDevice(Device device) {
    return new LoadOptions(new Placement(device, placement.precision()), progress, imageCacheBytes);
  }

  /** The same with a listener. */
  public LoadOptions withProgress(DoubleConsumer listener) {
    return new LoadOptions(placement, listener, imageCacheBytes);
  }

  /** The same with other room for images that were encoded; 0 keeps none. */
  public LoadOptions withImageCacheBytes(long bytes) {
    return new LoadOptions(placement, progress, bytes);
  }
}

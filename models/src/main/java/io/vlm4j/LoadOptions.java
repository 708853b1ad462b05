package io.vlm4j;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * How a model is loaded.
 *
 * @param placement where and in what precision it computes
 * @param progress is told the share of the weights that is loaded, from 0 to 1
 * @param imageCacheBytes how much may be kept of images that were encoded, pixels and embeddings,
 *     so that an image that comes again is not encoded again; 0 keeps nothing
 * @param adapter a PEFT folder whose LoRA adapter is merged into the weights as they load
 */
public record LoadOptions(
    Placement placement, DoubleConsumer progress, long imageCacheBytes, Optional<Path> adapter) {
  /** 256 MiB of images. */
  public static final long DEFAULT_IMAGE_CACHE_BYTES = 256L << 20;

  /** Checks the number of bytes. */
  public LoadOptions {
    if (imageCacheBytes < 0) {
      throw new InvalidOptionException(
          "imageCacheBytes is " + imageCacheBytes + "; expected 0 or more");
    }
  }

  /** Without an adapter. */
  public LoadOptions(Placement placement, DoubleConsumer progress, long imageCacheBytes) {
    this(placement, progress, imageCacheBytes, Optional.empty());
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
    return withPlacement(new Placement(placement.device(), precision));
  }

  /** The same on another device. */
  public LoadOptions withDevice(Device device) {
    return withPlacement(new Placement(device, placement.precision()));
  }

  /** The same with a listener. */
  public LoadOptions withProgress(DoubleConsumer listener) {
    return new LoadOptions(placement, listener, imageCacheBytes, adapter);
  }

  /** The same with other room for images that were encoded; 0 keeps none. */
  public LoadOptions withImageCacheBytes(long bytes) {
    return new LoadOptions(placement, progress, bytes, adapter);
  }

  /**
   * The same with a LoRA adapter on what is loaded, whatever base the adapter itself names. Each of
   * its tensors must find a weight. Of a model whose parts have folders of their own it is for the
   * language model, or else the encoder.
   *
   * @param folder a PEFT folder: {@code adapter_config.json}, {@code adapter_model.safetensors}
   */
  public LoadOptions withAdapter(Path folder) {
    return new LoadOptions(placement, progress, imageCacheBytes, Optional.of(folder));
  }

  /** The same without an adapter. */
  public LoadOptions withoutAdapter() {
    return new LoadOptions(placement, progress, imageCacheBytes);
  }

  private LoadOptions withPlacement(Placement other) {
    return new LoadOptions(other, progress, imageCacheBytes, adapter);
  }
}

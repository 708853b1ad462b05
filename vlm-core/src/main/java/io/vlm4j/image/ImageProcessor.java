package io.vlm4j.image;

/**
 * Turns pictures into what a vision encoder takes, as a checkpoint's {@code
 * preprocessor_config.json} says. Immutable and thread-safe.
 *
 * @see ImageProcessors
 */
public interface ImageProcessor {
  /**
   * Resizes, crops, splits, rescales and normalises one picture.
   *
   * @throws io.vlm4j.error.InvalidImageException if the picture is too long and thin to be resized,
   *     or the result does not fit into memory
   * @throws io.vlm4j.error.InvalidModelException if the configuration makes tiles of different
   *     sizes, or more of them than can be held
   */
  ProcessedImage process(Image image);

  /**
   * This processor with splitting into tiles switched on or off. Only processors for which
   * splitting is a choice (Idefics3, SmolVLM) answer with another one.
   *
   * <p>Reference processors take this from their configuration alone: the Python processors of
   * Idefics3 and SmolVLM ignore {@code do_image_splitting} as an argument of a call.
   */
  default ImageProcessor withImageSplitting(boolean split) {
    return this;
  }
}

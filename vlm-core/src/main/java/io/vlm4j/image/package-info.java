/**
 * Pictures, from file to {@code pixel_values}.
 *
 * <p>{@link io.vlm4j.image.Image} decodes a file to upright 8-bit RGB; {@link
 * io.vlm4j.image.Resampling} resizes it with the arithmetic of the Python library Pillow, bit for
 * bit; an {@link io.vlm4j.image.ImageProcessor}, built by {@link io.vlm4j.image.ImageProcessors}
 * from a checkpoint's {@code preprocessor_config.json}, turns it into what a vision encoder takes.
 *
 * <p>Decoding gives what Pillow gives after {@code ImageOps.exif_transpose} and {@code
 * convert("RGB")}: stored samples as they are, without colour profiles or gamma.
 */
package io.vlm4j.image;

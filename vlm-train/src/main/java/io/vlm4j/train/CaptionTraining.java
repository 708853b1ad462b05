package io.vlm4j.train;

import io.vlm4j.error.InvalidOptionException;
import java.util.Optional;

/**
 * What stage 1 reads: captions of images; the connector alone learns.
 *
 * @param data what is trained on
 * @param dev what the loss is also taken of; may be empty
 * @param captionsPerImage how many of an image's captions are read together; 0 for all
 */
public record CaptionTraining(
    CaptionedImages data, Optional<CaptionedImages> dev, int captionsPerImage) {
  /** Checks the number. */
  public CaptionTraining {
    if (captionsPerImage < 0) {
      throw new InvalidOptionException(
          "captions-per-image is " + captionsPerImage + "; expected 0 or more");
    }
  }
}

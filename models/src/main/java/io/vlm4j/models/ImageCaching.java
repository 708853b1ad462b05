package io.vlm4j.models;

import io.vlm4j.VisionLanguageModel;

/** A model that keeps what it made of images, so that one that comes again is not encoded again. */
public interface ImageCaching extends VisionLanguageModel {
  /**
   * Sets how much is kept; for a loader, before the first prompt.
   *
   * @param bytes of pixels and embeddings; 0 keeps nothing
   * @return this model
   */
  VisionLanguageModel keepingImages(long bytes);
}

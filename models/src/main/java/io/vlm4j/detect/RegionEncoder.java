package io.vlm4j.detect;

import io.vlm4j.image.Image;

/**
 * Cuts an image into regions and describes each by a vector (bottom-up attention), as two-stream
 * models take them. Immutable and thread-safe after it is loaded; {@link #close()} frees its native
 * memory.
 *
 * @see <a href="https://arxiv.org/abs/1707.07998">Bottom-Up and Top-Down Attention</a>
 */
public interface RegionEncoder extends AutoCloseable {
  /**
   * Finds the regions of an image.
   *
   * @param atMost how many of the best to return
   * @return the best first, in the caller's tensor scope; none if nothing is found
   * @throws io.vlm4j.error.InvalidModelException if scores or boxes are not numbers
   */
  Regions regions(Image image, int atMost);

  /** The length of a region's vector. */
  int featureSize();

  @Override
  void close();
}

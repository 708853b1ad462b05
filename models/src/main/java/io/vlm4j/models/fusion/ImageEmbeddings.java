package io.vlm4j.models.fusion;

import io.vlm4j.image.ProcessedImage;
import io.vlm4j.tensor.Tensor;
import java.util.List;

/**
 * An image, or a sound, as the language model takes it.
 *
 * @param embeddings float32 [N, D]
 * @param image what was encoded: how many tiles, in how many rows and columns; null if the encoder
 *     gives one vector for all of it
 */
public record ImageEmbeddings(Tensor embeddings, ProcessedImage image) {
  /** Positions N that the image takes. */
  public int length() {
    return embeddings.size(0);
  }

  /** Memory of the embeddings and of what was encoded. */
  long bytes() {
    long numbers = (long) embeddings.size(0) * embeddings.size(1);
    return Float.BYTES * (image == null ? numbers : numbers + image.pixelValues().length);
  }

  static List<Tensor> tensors(List<ImageEmbeddings> images) {
    return images.stream().map(ImageEmbeddings::embeddings).toList();
  }
}

package io.vlm4j.models.fusion;

import io.vlm4j.image.ProcessedImage;
import io.vlm4j.tensor.Tensor;
import java.util.List;

/**
 * An image as the language model takes it.
 *
 * @param embeddings float32 [N, D]
 * @param image what was encoded: how many tiles, in how many rows and columns
 */
public record ImageEmbeddings(Tensor embeddings, ProcessedImage image) {
  /** Positions N that the image takes. */
  public int length() {
    return embeddings.size(0);
  }

  static List<Tensor> tensors(List<ImageEmbeddings> images) {
    return images.stream().map(ImageEmbeddings::embeddings).toList();
  }
}

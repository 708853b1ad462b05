package io.vlm4j.models.prefix;

import io.vlm4j.image.Image;
import java.util.List;

/** From images to embeddings: preprocessing, encoder, connector. */
public interface VisualPath extends AutoCloseable {
  /**
   * Embeds images; those of one call are encoded together.
   *
   * @return one element for each image; the tensors belong to the caller's scope
   */
  List<ImageEmbeddings> embed(List<Image> images);

  /** Width D of the embeddings. */
  int outputSize();

  @Override
  void close();
}

package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Media;
import java.util.List;

/** From images to embeddings: preprocessing, encoder, connector. */
public interface VisualPath extends AutoCloseable {
  /**
   * Embeds images and videos; those of one call are encoded together.
   *
   * @param media in the prompt's order
   * @param text the prompt's; only paths that {@linkplain #readsText() read} it look at it
   * @return one element for each; the tensors belong to the caller's scope
   */
  List<ImageEmbeddings> embed(List<Media> media, String text);

  /** True if what becomes of an image depends on its place among the prompt's. */
  default boolean orderMatters() {
    return false;
  }

  /** True if what becomes of an image depends on the text that is asked of it. */
  default boolean readsText() {
    return false;
  }

  /** Width D of the embeddings. */
  int outputSize();

  @Override
  void close();
}

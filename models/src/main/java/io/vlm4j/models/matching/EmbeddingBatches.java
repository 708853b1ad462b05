package io.vlm4j.models.matching;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.error.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Embeds many things, a few at a time. */
public final class EmbeddingBatches {
  /** How many go through a tower together. */
  private static final int BATCH = 32;

  private EmbeddingBatches() {}

  /**
   * The embeddings of all.
   *
   * @param embedding of some of them, together
   * @throws InvalidModelException if one is not numbers
   */
  public static <T> List<ImageTextEmbedding> of(
      List<T> all, Function<List<T>, List<ImageTextEmbedding>> embedding) {
    List<ImageTextEmbedding> embeddings = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      List<T> batch = all.subList(from, Math.min(all.size(), from + BATCH));
      embedding.apply(batch).forEach(made -> embeddings.add(requireNumbers(made)));
    }
    return embeddings;
  }

  /** One number that is none makes all of them so, for the length is 1. */
  private static ImageTextEmbedding requireNumbers(ImageTextEmbedding embedding) {
    if (Float.isNaN(embedding.vector(0)[0])) {
      throw new InvalidModelException(
          "an embedding is not numbers (NaN): the model's weights are damaged, or its precision is"
              + " too low; try fp32");
    }
    return embedding;
  }
}

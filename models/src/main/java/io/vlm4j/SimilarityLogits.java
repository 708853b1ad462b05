package io.vlm4j;

import io.vlm4j.error.UnsupportedModelException;
import java.util.List;

/** The logits of all pairs of two lists of embeddings. */
final class SimilarityLogits {
  private SimilarityLogits() {}

  /** [rows][columns]. */
  static double[][] of(
      DualEncoder model, List<ImageTextEmbedding> rows, List<ImageTextEmbedding> columns) {
    SimilarityScale scale =
        model
            .similarityScale()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        "this model has no logit_scale; use the cosines of its embeddings"));
    return rows.stream()
        .map(
            row ->
                columns.stream()
                    .mapToDouble(column -> scale.logit(row.similarity(column)))
                    .toArray())
        .toArray(double[][]::new);
  }
}

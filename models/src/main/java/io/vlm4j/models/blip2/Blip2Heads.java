package io.vlm4j.models.blip2;

import io.vlm4j.connectors.qformer.QFormerConfig;
import io.vlm4j.connectors.qformer.QueryingTransformer;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Pooling;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/**
 * What stands on the Q-Former for retrieval: two projections to the space that images share with
 * texts, and the head that says whether they match.
 */
final class Blip2Heads {
  private final QueryingTransformer reader;
  private final Optional<SpaceProjection> image;
  private final Optional<SpaceProjection> text;
  private final Optional<Linear> matching;

  /** Reads the heads that the checkpoint has; matching needs both sides. */
  Blip2Heads(QFormerConfig config, QueryingTransformer reader, Weights weights) {
    this.reader = reader;
    this.image = projection(config, weights, "image_projection");
    this.text = projection(config, weights, "text_projection");
    this.matching =
        weights.has("head.weight")
            ? Optional.of(Linear.load(weights.at("head"), config.hiddenSize(), 2, true))
            : Optional.empty();
    if (matching.isPresent() && (image.isEmpty() || text.isEmpty())) {
      throw new InvalidModelException(
          weights.origin()
              + " has itm_head but lacks vision_projection or text_projection; expected all three");
    }
  }

  Optional<SpaceProjection> image() {
    return image;
  }

  Optional<SpaceProjection> text() {
    return text;
  }

  Optional<Linear> matching() {
    return matching;
  }

  /** A vector for each query: features [B, S, D'] to [B, N, E]. */
  Tensor embedImages(Tensor features) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(image.orElseThrow().forward(reader.readImages(features)));
    }
  }

  /** The first token stands for the text: [1, E]. */
  Tensor embedText(int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor first = reader.readText(ids).narrow(1, 0, 1).contiguous();
      return scope.keep(text.orElseThrow().forward(first.view(1, first.size(2))));
    }
  }

  /** Each query judges image and text, and the mean of them counts: [1, S, D'] to [1, 2]. */
  Tensor match(Tensor features, int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor judgements = matching.orElseThrow().forward(reader.readImages(features, ids));
      return scope.keep(Pooling.meanOfTokens(judgements).view(1, 2));
    }
  }

  private static Optional<SpaceProjection> projection(
      QFormerConfig config, Weights weights, String name) {
    return weights.has(name + ".weight")
        ? Optional.of(
            SpaceProjection.load(weights.at(name), config.hiddenSize(), config.outputSize()))
        : Optional.empty();
  }
}

package io.vlm4j.nn.perceiver;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** A Perceiver that reads a text and says what stands in its masked places. */
public final class PerceiverMaskedLm implements AutoCloseable {
  private final PerceiverConfig config;
  private final TensorScope parameters;
  private final Embedding words;
  private final PositionEmbedding positions;
  private final PerceiverEncoder encoder;
  private final PerceiverDecoder decoder;
  private final Linear output;

  private PerceiverMaskedLm(PerceiverConfig config, Weights weights, TensorScope parameters) {
    int size = config.textSize();
    int vocabulary = config.vocabularySize();
    this.config = config;
    this.parameters = parameters;
    this.words = Embedding.load(weights.at("words"), vocabulary, size);
    this.positions =
        PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0);
    this.encoder = PerceiverEncoder.load(config, size, weights.at("encoder"));
    this.decoder = PerceiverDecoder.ofText(config, weights.at("decoder"));
    this.output =
        Linear.of(
            words.table(),
            Optional.of(weights.getFloat("output.bias", vocabulary)),
            weights.placement());
  }

  /** Reads a model from weights under the hub's names. */
  public static PerceiverMaskedLm load(PerceiverConfig config, Weights weights) {
    Weights named = weights.mapped(PerceiverNames.HUB);
    return TensorScope.owning(parameters -> new PerceiverMaskedLm(config, named, parameters));
  }

  /** The longest text in tokens, and the number M of places that it can predict. */
  public int maxPositions() {
    return config.maxPositions();
  }

  /**
   * What each token would be in every place, those beyond the text's end included.
   *
   * @param ids the text's tokens, masks among them; not padded
   * @return float32 [M, V], before the softmax
   * @throws InvalidPromptException if the text is empty or too long
   */
  public Tensor logits(int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = vocabulary(decoder.forward(encode(ids)));
      Trace.record("logits", () -> logits);
      return scope.keep(logits);
    }
  }

  /**
   * The same in some places.
   *
   * @param places from 0 to M - 1
   * @return float32 [places, V]
   * @throws InvalidPromptException if the text is empty or too long
   */
  public Tensor logitsAt(int[] places, int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(vocabulary(decoder.forward(encode(ids), places)));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private Tensor encode(int... ids) {
    if (ids.length == 0 || ids.length > config.maxPositions()) {
      throw new InvalidPromptException(
          "the text has " + ids.length + " tokens; the model reads 1 to " + config.maxPositions());
    }
    Tensor embeddings = words.forward(ids).view(1, ids.length, config.textSize());
    return encoder.forward(positions.addTo(embeddings, 0));
  }

  private Tensor vocabulary(Tensor decoded) {
    return output.forward(decoded).view(-1, config.vocabularySize());
  }
}

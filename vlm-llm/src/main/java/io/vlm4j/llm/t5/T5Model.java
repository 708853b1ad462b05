package io.vlm4j.llm.t5;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.llm.decoder.CausalDecoder;
import io.vlm4j.llm.decoder.CausalDecoder.Limits;
import io.vlm4j.llm.decoder.DecoderBlock;
import io.vlm4j.llm.decoder.DecoderParts;
import io.vlm4j.llm.decoder.Positions;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.PlacingEncoderDecoder;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Optional;
import java.util.stream.IntStream;

/** A T5: its encoder, and a decoder that attends to the encoder's output. */
final class T5Model implements PlacingEncoderDecoder {
  /** Relative positions have no end; this one keeps sums of lengths within an int. */
  private static final int CONTEXT = 1 << 20;

  private final T5Config config;
  private final TensorScope parameters;
  private final Embedding embedding;
  private final T5Encoder encoder;
  private final CausalDecoder decoder;

  private T5Model(T5Config config, Weights weights, TensorScope parameters) {
    this.config = config;
    this.parameters = parameters;
    this.embedding =
        Embedding.load(weights.at("embedding"), config.vocabularySize(), config.hiddenSize());
    this.encoder = new T5Encoder(config, weights.at("encoder"));
    this.decoder =
        CausalDecoder.owning(
            () -> decoderParts(weights),
            new Limits(config.heads(), config.headSize(), CONTEXT),
            weights.placement().device(),
            "decoder_hidden_states.");
  }

  static EncoderDecoder load(T5Config config, Weights weights) {
    return TensorScope.owning(parameters -> new T5Model(config, weights, parameters));
  }

  @Override
  public int[] startTokens() {
    return new int[] {config.startToken()};
  }

  @Override
  public Tensor encode(Tensor embeddings, DecodeState state) {
    return encode(embeddings, embeddings.size(1), state);
  }

  @Override
  public EncoderDecoder placingFirst(int positions) {
    return new PlacingT5(this, positions);
  }

  /**
   * Reads a prompt.
   *
   * @param placed how many of its first positions have a place
   */
  Tensor encode(Tensor embeddings, int placed, DecodeState state) {
    if (state.length() != 0) {
      throw new InvalidPromptException(
          "an encoder-decoder reads its prompt whole, before answering");
    }
    Tensor encoded = encoder.forward(embeddings, placed);
    decoder.attend(state, encoded);
    return encoded;
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public int contextLength() {
    return CONTEXT;
  }

  @Override
  public long stepBytes() {
    return decoder.stepBytes();
  }

  @Override
  public Tensor embed(int... ids) {
    return embedding.forward(ids);
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    return decoder.newState(batch, capacity);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
    return decoder.forward(embeddings, state, logits);
  }

  @Override
  public void close() {
    decoder.close();
    parameters.close();
  }

  private DecoderParts decoderParts(Weights weights) {
    T5Layers layers = new T5Layers(config);
    Weights owner = weights.at("decoder");
    return new DecoderParts(
        embedding,
        Optional.empty(),
        Positions.relative(layers.positions(owner)),
        IntStream.range(0, config.decoderLayers())
            .mapToObj(i -> block(layers, owner.at("layers", i)))
            .toList(),
        layers.norm(owner)::forward,
        head(weights));
  }

  private static DecoderBlock block(T5Layers layers, Weights layer) {
    return new DecoderBlock(
        layers.attention(layer.at("attention")).causal().build(),
        Optional.of(layers.crossAttention(layer.at("cross_attention"))),
        layers.mlp(layer.at("mlp")));
  }

  private Linear head(Weights weights) {
    Weights head = weights.at("head");
    if (!config.tiedEmbeddings()) {
      return DecoderParts.head(head, embedding, false);
    }
    head.skip("weight");
    Tensor table = embedding.table().to(DType.FLOAT32).mul(1 / Math.sqrt(config.hiddenSize()));
    return Linear.tied(table, weights.placement());
  }
}

package io.vlm4j.models.detr;

import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PlacedAttention;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the places of a feature map, and lets queries look at them. */
final class DetrTransformer {
  private static final double EPSILON = 1e-5;

  private final DetrConfig config;
  private final List<Layer> encoder = new ArrayList<>();
  private final List<Layer> decoder = new ArrayList<>();
  private final Optional<Norm> encoderNorm;
  private final Norm decoderNorm;
  private final Tensor queries;

  /**
   * A layer.
   *
   * @param cross null in the encoder
   */
  private record Layer(PlacedAttention self, PlacedAttention cross, Mlp mlp) {}

  /** Reads the transformer; the tensors belong to the scope that is open. */
  DetrTransformer(DetrConfig config, Weights weights) {
    this.config = config;
    int size = config.size();
    for (int i = 0; i < config.encoder().count(); i++) {
      encoder.add(layer(weights.at("encoder", i), config.encoder(), false));
    }
    for (int i = 0; i < config.decoder().count(); i++) {
      decoder.add(layer(weights.at("decoder", i), config.decoder(), true));
    }
    this.encoderNorm =
        config.preNorm()
            ? Optional.of(Norm.layerNorm(weights.at("encoder.norm"), size, EPSILON))
            : Optional.empty();
    this.decoderNorm = Norm.layerNorm(weights.at("decoder.norm"), size, EPSILON);
    this.queries = weights.getFloat("queries", config.queries(), size).view(1, -1, size);
  }

  private Layer layer(Weights weights, DetrConfig.Layers shape, boolean looks) {
    Weights mlp = weights.at("mlp");
    int size = config.size();
    return new Layer(
        attention(weights.at("self"), shape.heads()),
        looks ? attention(weights.at("cross"), shape.heads()) : null,
        Mlp.of(
            before(mlp),
            Linear.load(mlp.at("up"), size, shape.inner(), true),
            config.activation(),
            Linear.load(mlp.at("down"), shape.inner(), size, true),
            join(mlp)));
  }

  private PlacedAttention attention(Weights weights, int heads) {
    return PlacedAttention.load(weights, config.size(), heads, before(weights), join(weights));
  }

  private Norm before(Weights sublayer) {
    return config.preNorm() ? norm(sublayer) : null;
  }

  private Residual join(Weights sublayer) {
    return config.preNorm() ? Residual.plain() : Residual.thenNorm(norm(sublayer));
  }

  private Norm norm(Weights sublayer) {
    return Norm.layerNorm(sublayer.at("norm"), config.size(), EPSILON);
  }

  /**
   * What the queries become.
   *
   * @param features float32 [B, T, D]
   * @param places float32 [B, T, D]
   * @param mask float32 [B, 1, 1, T], very low where nothing is to be seen
   * @return float32 [B, queries, D]
   */
  Tensor forward(Tensor features, Tensor places, Tensor mask) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor read = features;
      for (Layer layer : encoder) {
        read = layer.mlp().forward(layer.self().forward(read, places, mask));
      }
      Tensor memory = encoderNorm.isPresent() ? encoderNorm.get().forward(read) : read;
      Trace.record("vision_last_hidden_state", () -> memory);
      Trace.record("encoder_last_hidden_state", () -> memory);
      return scope.keep(decode(memory, places, mask));
    }
  }

  private Tensor decode(Tensor memory, Tensor places, Tensor mask) {
    Tensor hidden = queries.expand(memory.size(0), -1, -1).mul(0);
    List<Tensor> normed = new ArrayList<>();
    for (Layer layer : decoder) {
      hidden = layer.self().forward(hidden, queries, null);
      hidden = layer.cross().forward(hidden, queries, memory, places, mask);
      hidden = layer.mlp().forward(hidden);
      if (config.normsEachLayer()) {
        hidden = decoderNorm.forward(hidden);
        normed.add(hidden);
      }
    }
    if (config.normsEachLayer()) {
      Trace.record(
          "intermediate_hidden_states",
          () ->
              Tensor.cat(
                  0,
                  normed.stream()
                      .map(t -> t.view(1, t.size(0), t.size(1), t.size(2)))
                      .toArray(Tensor[]::new)));
    }
    Tensor states = decoderNorm.forward(hidden);
    Trace.record("decoder_last_hidden_state", () -> states);
    return states;
  }
}

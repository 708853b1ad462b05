package io.vlm4j.nn.perceiver;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encodes any number of inputs into a few latents: the latents look at the inputs once, then a
 * block of self-attentions is applied several times with the same weights.
 */
public final class PerceiverEncoder {
  private final PerceiverConfig config;
  private final Tensor latents;
  private final PerceiverLayer crossAttention;
  private final List<PerceiverLayer> selfAttends;

  private PerceiverEncoder(PerceiverConfig config, int inputSize, Weights weights) {
    int size = config.latentSize();
    AttentionWidths among = config.selfAttention();
    this.config = config;
    this.latents = weights.getFloat("latents", config.latents(), size);
    this.crossAttention =
        PerceiverLayer.crossAttention(
            weights.at("cross_attention"),
            config.crossAttention(inputSize),
            size,
            inputSize,
            config.crossAttentionWidening(),
            config.activation(),
            config.queryResidual());
    this.selfAttends =
        IntStream.range(0, config.selfAttendsPerBlock())
            .mapToObj(
                i ->
                    PerceiverLayer.selfAttention(
                        weights.at("self_attends", i),
                        among,
                        size,
                        config.selfAttentionWidening(),
                        config.activation()))
            .toList();
  }

  /**
   * Reads an encoder.
   *
   * @param inputSize width C of the inputs
   * @param weights under our names
   */
  public static PerceiverEncoder load(PerceiverConfig config, int inputSize, Weights weights) {
    return new PerceiverEncoder(config, inputSize, weights);
  }

  /**
   * Encodes.
   *
   * @param inputs float32 [B, M, C]
   * @return the latents, float32 [B, N, D]
   */
  public Tensor forward(Tensor inputs) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> states = hiddenStates(inputs, config.layerCount());
      return scope.keep(states.get(states.size() - 1));
    }
  }

  /**
   * The latents after they have looked at the inputs, and after each self-attention.
   *
   * @param inputs float32 [B, M, C]
   * @param last how many self-attentions are wanted
   * @return {@code last + 1} times float32 [B, N, D]
   */
  public List<Tensor> hiddenStates(Tensor inputs, int last) {
    int batch = inputs.size(0);
    List<Tensor> states = new ArrayList<>();
    Tensor queries =
        latents
            .view(1, config.latents(), config.latentSize())
            .expand(batch, config.latents(), config.latentSize());
    Tensor hidden = crossAttention.forward(queries, inputs);
    states.add(hidden);
    for (int i = 0; i < last; i++) {
      hidden = selfAttends.get(i % selfAttends.size()).forward(hidden);
      states.add(hidden);
    }
    if (last == config.layerCount()) {
      record("latents_last_hidden_state", hidden);
    }
    return states;
  }

  /** Records a tensor [B, ...]; the reference shows that of one example without its batch. */
  public static void record(String name, Tensor tensor) {
    Trace.record(
        name, () -> tensor.size(0) == 1 ? tensor.view(tensor.size(1), tensor.size(2)) : tensor);
  }
}

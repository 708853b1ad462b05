package io.vlm4j.llm.t5;

import io.vlm4j.nn.Attention;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.RelativePositionBias;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/** The encoder: every position sees every other. */
final class T5Encoder {
  private final RelativePositionBias positions;
  private final List<Block> blocks;
  private final Norm norm;

  T5Encoder(T5Config config, Weights weights) {
    T5Layers layers = new T5Layers(config);
    this.positions = layers.positions(weights);
    this.blocks =
        IntStream.range(0, config.encoderLayers())
            .mapToObj(i -> weights.at("layers", i))
            .map(
                layer ->
                    new Block(
                        layers.attention(layer.at("attention")).build(),
                        layers.mlp(layer.at("mlp"))))
            .toList();
    this.norm = layers.norm(weights);
  }

  /**
   * Reads a sequence.
   *
   * @param embeddings float32 [B, S, D]
   * @param placed how many of the first positions have a place
   * @return float32 [B, S, D]
   */
  Tensor forward(Tensor embeddings, int placed) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor bias = positions.bidirectional(embeddings.size(1), placed);
      Tensor hidden = embeddings;
      for (int i = 0; i < blocks.size(); i++) {
        record(i, hidden);
        Block block = blocks.get(i);
        hidden = block.mlp.forward(block.attention.forward(hidden, bias));
      }
      Tensor last = norm.forward(hidden);
      record(blocks.size(), last);
      Trace.record("encoder_last_hidden_state", () -> last);
      return scope.keep(last);
    }
  }

  private static void record(int index, Tensor hidden) {
    if (Trace.isOn()) {
      Trace.record("encoder_hidden_states." + index, () -> hidden.view(-1, hidden.size(2)));
    }
  }

  private record Block(Attention attention, Mlp mlp) {}
}

package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.connectors.gated.FlamingoLayers;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/** New weights of connectors, drawn as their authors drew them, under the checkpoints' names. */
final class NewWeights {
  /** Of BERT and the Q-Former. */
  private static final double DEVIATION = 0.02;

  private final Random random;
  private final Map<String, Tensor> made = new LinkedHashMap<>();

  NewWeights(long seed) {
    this.random = new Random(seed);
  }

  Map<String, Tensor> made() {
    return made;
  }

  void mlp(JsonNode config) {
    int hidden = config.getInt("hidden_size");
    boolean bias = config.getBoolean("bias", true);
    uniform("connector.linear_1", config.getInt("input_size"), hidden, bias);
    uniform("connector.linear_2", hidden, config.getInt("output_size"), bias);
  }

  void queryingTransformer(JsonNode config) {
    int size = config.getInt("hidden_size");
    int inner = config.getInt("intermediate_size");
    normal("connector.query_tokens", DEVIATION, 1, config.getInt("num_query_tokens"), size);
    norm("connector.qformer.layernorm", size);
    for (int i = 0; i < config.getInt("num_hidden_layers"); i++) {
      String block = "connector.qformer.encoder.layer." + i + ".";
      attention(block + "attention.", size, size);
      if (i % config.getInt("cross_attention_frequency") == 0) {
        attention(block + "crossattention.", size, config.getInt("encoder_hidden_size"));
      }
      narrow(block + "intermediate_query.dense", size, inner);
      narrow(block + "output_query.dense", inner, size);
      norm(block + "output_query.LayerNorm", size);
    }
    narrow("connector.language_projection", size, config.getInt("output_size"));
  }

  private void attention(String name, int size, int contextSize) {
    narrow(name + "attention.query", size, size);
    narrow(name + "attention.key", contextSize, size);
    narrow(name + "attention.value", contextSize, size);
    narrow(name + "output.dense", size, size);
    norm(name + "output.LayerNorm", size);
  }

  void resampler(JsonNode config) {
    int size = config.getInt("input_size");
    int inner = config.getInt("heads") * config.getInt("dim_head");
    normal("connector.latents", 1, config.getInt("num_latents"), size);
    for (int i = 0; i < config.getInt("depth"); i++) {
      String attention = "connector.layers." + i + ".0.";
      norm(attention + "norm_media", size);
      norm(attention + "norm_latents", size);
      attend(attention, size, size, inner);
      uniform(attention + "to_out", inner, size, false);
      String feedForward = "connector.layers." + i + ".1.";
      int wide = size * config.getInt("ff_mult");
      widen(feedForward, size, wide);
      uniform(feedForward + "3", wide, size, false);
    }
    norm("connector.norm", size);
    int output = config.getInt("output_size", 0);
    if (output > 0) {
      uniform("connector.projection", size, output, true);
    }
  }

  /**
   * The gates are open but what they let through is zero, so that the language model is at first
   * what it was. Flamingo closes the gates instead: then nothing else learns until they have
   * opened.
   */
  void gatedLayers(JsonNode config, LayeredLanguageModel language) {
    FlamingoLayers layers = FlamingoLayers.of(config);
    int size = language.blockSize();
    int inner = layers.inner();
    IntStream.range(0, language.layerCount())
        .filter(layers::standsBefore)
        .mapToObj(block -> "cross_attention." + block + ".")
        .forEach(
            layer -> {
              fill(layer + "attn_gate", () -> 1, 1);
              fill(layer + "ff_gate", () -> 1, 1);
              norm(layer + "attn.norm", size);
              attend(layer + "attn.", size, layers.imageSize(), inner);
              zero(layer + "attn.to_out", inner, size);
              widen(layer + "ff.", size, layers.expansion() * size);
              zero(layer + "ff.3", layers.expansion() * size, size);
            });
  }

  /** An adapter that changes nothing yet: PEFT's names, A as a linear layer begins, B zero. */
  void lowRank(String module, int inputSize, int outputSize, int rank) {
    double bound = 1 / Math.sqrt(inputSize);
    fill(module + ".lora_A.weight", () -> (2 * random.nextDouble() - 1) * bound, rank, inputSize);
    fill(module + ".lora_B.weight", () -> 0, outputSize, rank);
  }

  private void attend(String name, int size, int contextSize, int inner) {
    uniform(name + "to_q", size, inner, false);
    uniform(name + "to_kv", contextSize, 2 * inner, false);
  }

  private void widen(String name, int size, int wide) {
    norm(name + "0", size);
    uniform(name + "1", size, wide, false);
  }

  private void zero(String name, int inputSize, int outputSize) {
    fill(name + ".weight", () -> 0, outputSize, inputSize);
  }

  private void norm(String name, int size) {
    fill(name + ".weight", () -> 1, size);
    fill(name + ".bias", () -> 0, size);
  }

  /** Uniform within 1/sqrt(in), as PyTorch's linear layers begin. */
  private void uniform(String name, int inputSize, int outputSize, boolean bias) {
    double bound = 1 / Math.sqrt(inputSize);
    DoubleSupplier draw = () -> (2 * random.nextDouble() - 1) * bound;
    fill(name + ".weight", draw, outputSize, inputSize);
    if (bias) {
      fill(name + ".bias", draw, outputSize);
    }
  }

  /** Normal with a small deviation, no bias, as BERT's linear layers begin. */
  private void narrow(String name, int inputSize, int outputSize) {
    normal(name + ".weight", DEVIATION, outputSize, inputSize);
    fill(name + ".bias", () -> 0, outputSize);
  }

  private void normal(String name, double deviation, long... shape) {
    fill(name, () -> random.nextGaussian() * deviation, shape);
  }

  private void fill(String name, DoubleSupplier draw, long... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw.getAsDouble();
    }
    made.put(name, Tensor.of(values, shape));
  }
}

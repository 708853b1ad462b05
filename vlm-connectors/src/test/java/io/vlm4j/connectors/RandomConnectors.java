package io.vlm4j.connectors;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.Connector;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import io.vlm4j.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Small connectors with random weights. */
final class RandomConnectors {
  private RandomConnectors() {}

  static Connector linear(int inputSize, int outputSize) {
    return LinearProjection.load(affine(inputSize, outputSize), inputSize, outputSize);
  }

  static Connector pooled(int inputSize, int tokens, int outputSize) {
    Weights weights = affine(inputSize, tokens * outputSize);
    Map<String, Object> config =
        Map.of(
            "model_type", "pooled_linear",
            "input_size", inputSize,
            "output_size", outputSize,
            "num_prefix_tokens", tokens);
    return new ProjectionProvider().load(JsonNode.of(config, "config"), weights);
  }

  private static Weights affine(int inputSize, int outputSize) {
    return random(
        Map.of("weight", new long[] {outputSize, inputSize}, "bias", new long[] {outputSize}));
  }

  static Connector mlp(int inputSize, int hiddenSize, int outputSize) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("linear_1.weight", new long[] {hiddenSize, inputSize});
    shapes.put("linear_1.bias", new long[] {hiddenSize});
    shapes.put("linear_2.weight", new long[] {outputSize, hiddenSize});
    shapes.put("linear_2.bias", new long[] {outputSize});
    return MlpProjection.load(
        random(shapes), inputSize, hiddenSize, outputSize, Activation.GELU, true);
  }

  private static Weights random(Map<String, long[]> shapes) {
    try (TensorScope scope = TensorScope.open()) {
      Path file = Files.createTempFile("connector", ".safetensors");
      file.toFile().deleteOnExit();
      Random random = new Random(1);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      shapes.forEach((name, shape) -> tensors.put(name, random(random, shape)));
      SafetensorsWriter.write(file, tensors, Map.of());
      return Weights.of(SafetensorsFile.open(file), Placement.REFERENCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor random(Random random, long... shape) {
    float[] values = new float[(int) Tensor.elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}

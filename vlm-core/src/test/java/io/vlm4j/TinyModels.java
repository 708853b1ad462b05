package io.vlm4j;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes small models of the checkpoints in {@code testdata} and connectors of random weights. */
public final class TinyModels {
  /** Width of {@link #ENCODER}, {@link #OTHER_ENCODER} and {@link #LANGUAGE_MODEL}. */
  public static final int WIDTH = 48;

  /** An encoder of 4 x 4 patches. */
  public static final String ENCODER = "siglip/vision";

  /** An encoder of 4 x 4 patches and a class token. */
  public static final String OTHER_ENCODER = "vit/classifier";

  /** A language model of a context of 128 positions. */
  public static final String LANGUAGE_MODEL = "llama/gqa_tied";

  private static final String WEIGHTS = "model.safetensors";

  private TinyModels() {}

  /** Writes an assembled model: encoder, linear connector, language model. */
  public static Path assembled(Path folder) {
    copy(TestData.path(ENCODER), folder.resolve("encoder"));
    copy(TestData.path(LANGUAGE_MODEL), folder.resolve("language_model"));
    linear(folder.resolve("connector"), WIDTH, WIDTH);
    write(
        folder.resolve("config.json"),
        """
        {
          "model_type": "vlm4j",
          "encoder": {"path": "encoder"},
          "connector": {"path": "connector"},
          "language_model": {"path": "language_model"},
          "prompt": {
            "system": "{content}\\n",
            "user": "{content}\\n",
            "assistant": "{content}\\n",
            "answer": "",
            "caption": ""
          }
        }
        """);
    return folder;
  }

  /** Copies a checkpoint of {@code model.safetensors} with other tensors. */
  public static Path edited(Path checkpoint, Path folder, Consumer<Map<String, Tensor>> change) {
    copy(checkpoint, folder);
    SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(WEIGHTS));
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new TreeMap<>();
      file.names().forEach(name -> tensors.put(name, file.load(name)));
      change.accept(tensors);
      SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors, Map.of());
    }
    return folder;
  }

  /** Writes a linear connector. */
  public static Path linear(Path folder, int inputSize, int outputSize) {
    String config = "{\"model_type\": \"linear\", \"input_size\": %d, \"output_size\": %d}";
    write(folder.resolve("config.json"), config.formatted(inputSize, outputSize));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("weight", new long[] {outputSize, inputSize});
    shapes.put("bias", new long[] {outputSize});
    randomWeights(folder.resolve("model.safetensors"), shapes);
    return folder;
  }

  /** Writes a connector of two layers. */
  public static Path mlp(Path folder, int inputSize, int hiddenSize, int outputSize) {
    String config =
        "{\"model_type\": \"mlp\", \"input_size\": %d, \"hidden_size\": %d, \"output_size\": %d}";
    write(folder.resolve("config.json"), config.formatted(inputSize, hiddenSize, outputSize));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("linear_1.weight", new long[] {hiddenSize, inputSize});
    shapes.put("linear_1.bias", new long[] {hiddenSize});
    shapes.put("linear_2.weight", new long[] {outputSize, hiddenSize});
    shapes.put("linear_2.bias", new long[] {outputSize});
    randomWeights(folder.resolve("model.safetensors"), shapes);
    return folder;
  }

  /** Writes a Q-Former of 5 queries, 4 features wide, whose first of two blocks sees the image. */
  public static Path qformer(Path folder, int inputSize, int outputSize) {
    String config =
        """
        {"model_type": "qformer", "num_query_tokens": 5, "hidden_size": 4, "intermediate_size": 6,
         "num_hidden_layers": 2, "num_attention_heads": 2, "cross_attention_frequency": 2,
         "encoder_hidden_size": %d, "output_size": %d}
        """;
    write(folder.resolve("config.json"), config.formatted(inputSize, outputSize));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("query_tokens", new long[] {1, 5, 4});
    layer(shapes, "language_projection", 4, outputSize);
    norm(shapes, "qformer.layernorm");
    for (int i = 0; i < 2; i++) {
      String block = "qformer.encoder.layer." + i + ".";
      attention(shapes, block + "attention.", 4);
      if (i == 0) {
        attention(shapes, block + "crossattention.", inputSize);
      }
      layer(shapes, block + "intermediate_query.dense", 4, 6);
      layer(shapes, block + "output_query.dense", 6, 4);
      norm(shapes, block + "output_query.LayerNorm");
    }
    randomWeights(folder.resolve("model.safetensors"), shapes);
    return folder;
  }

  /** Writes a resampler of 3 latents and one block. */
  public static Path resampler(Path folder, int size) {
    String config =
        "{\"model_type\": \"perceiver_resampler\", \"input_size\": %d, \"num_latents\": 3,"
            + " \"depth\": 1, \"heads\": 2, \"dim_head\": 4, \"ff_mult\": 2}";
    write(folder.resolve("config.json"), config.formatted(size));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("latents", new long[] {3, size});
    String attention = "layers.0.0.";
    for (String norm : List.of(attention + "norm_media", attention + "norm_latents", "norm")) {
      norm(shapes, norm, size);
    }
    shapes.put(attention + "to_q.weight", new long[] {8, size});
    shapes.put(attention + "to_kv.weight", new long[] {16, size});
    shapes.put(attention + "to_out.weight", new long[] {size, 8});
    norm(shapes, "layers.0.1.0", size);
    shapes.put("layers.0.1.1.weight", new long[] {2L * size, size});
    shapes.put("layers.0.1.3.weight", new long[] {size, 2L * size});
    randomWeights(folder.resolve("model.safetensors"), shapes);
    return folder;
  }

  /** Writes gated layers with open gates before each of a language model's blocks. */
  public static Path crossAttention(Path folder, int size, int imageSize, int blocks) {
    String config =
        "{\"model_type\": \"gated_cross_attention\", \"input_size\": %d, \"heads\": 2,"
            + " \"dim_head\": 4}";
    write(folder.resolve("config.json"), config.formatted(imageSize));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int i = 0; i < blocks; i++) {
      shapes.put(i + ".attn_gate", new long[] {1});
      shapes.put(i + ".ff_gate", new long[] {1});
      norm(shapes, i + ".attn.norm", size);
      shapes.put(i + ".attn.to_q.weight", new long[] {8, size});
      shapes.put(i + ".attn.to_kv.weight", new long[] {16, imageSize});
      shapes.put(i + ".attn.to_out.weight", new long[] {size, 8});
      norm(shapes, i + ".ff.0", size);
      shapes.put(i + ".ff.1.weight", new long[] {4L * size, size});
      shapes.put(i + ".ff.3.weight", new long[] {size, 4L * size});
    }
    randomWeights(folder.resolve("model.safetensors"), shapes);
    return folder;
  }

  private static void attention(Map<String, long[]> shapes, String name, int contextSize) {
    layer(shapes, name + "attention.query", 4, 4);
    layer(shapes, name + "attention.key", contextSize, 4);
    layer(shapes, name + "attention.value", contextSize, 4);
    layer(shapes, name + "output.dense", 4, 4);
    norm(shapes, name + "output.LayerNorm");
  }

  private static void layer(Map<String, long[]> shapes, String name, int from, int to) {
    shapes.put(name + ".weight", new long[] {to, from});
    shapes.put(name + ".bias", new long[] {to});
  }

  private static void norm(Map<String, long[]> shapes, String name) {
    norm(shapes, name, 4);
  }

  private static void norm(Map<String, long[]> shapes, String name, int size) {
    shapes.put(name + ".weight", new long[] {size});
    shapes.put(name + ".bias", new long[] {size});
  }

  /** Writes tensors of small random numbers, the same every time. */
  public static void randomWeights(Path file, Map<String, long[]> shapes) {
    Random random = new Random(1);
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      new TreeMap<>(shapes).forEach((name, shape) -> tensors.put(name, random(random, shape)));
      SafetensorsWriter.write(file, tensors, Map.of());
    }
  }

  /** Copies a folder and all that is in it. */
  public static Path copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, target);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a text file and the folders that it is in. */
  public static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor random(Random random, long... shape) {
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 4;
    }
    return Tensor.of(values, shape);
  }
}

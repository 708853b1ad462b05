package io.vlm4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.VlmException;
import io.vlm4j.models.assembled.AssembledConfig;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.train.ConnectorStart.Weighted;
import io.vlm4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The folder that a run writes: an assembled model, and beside it in {@code training/} the
 * checkpoint and the log.
 */
final class TrainingFolder {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  private static final String TRAINING = "training";
  private static final String CACHE = "cache";
  private static final String LANGUAGE_MODEL = "language_model";
  private static final Map<String, String> FORMAT = Map.of("format", "pt");

  private final Path path;
  private final boolean selfContained;

  private TrainingFolder(Path path, boolean selfContained) {
    this.path = path;
    this.selfContained = selfContained;
  }

  /**
   * Checks the folder.
   *
   * @throws InvalidOptionException if it is not empty and the run does not resume, or has no
   *     checkpoint and it does
   */
  static TrainingFolder open(Path path, boolean resume, boolean selfContained) {
    TrainingFolder folder = new TrainingFolder(path, selfContained);
    if (resume && !Files.exists(folder.checkpoint())) {
      throw new InvalidOptionException(path + " has no checkpoint to resume from");
    }
    if (!resume && folder.isUsed()) {
      throw new InvalidOptionException(
          path + " is not empty; give another --out, or --resume to go on from its checkpoint");
    }
    return folder;
  }

  /** What a run leaves that ended before its first checkpoint does not count. */
  private boolean isUsed() {
    if (!Files.exists(path)) {
      return false;
    }
    try (Stream<Path> content = Files.list(path)) {
      return Files.exists(checkpoint())
          || content.anyMatch(
              file -> !Set.of(CACHE, TRAINING).contains(file.getFileName().toString()));
    } catch (IOException e) {
      throw new VlmException("cannot use the folder " + path + ": " + e.getMessage(), e);
    }
  }

  Path checkpoint() {
    return path.resolve(TRAINING).resolve("checkpoint.safetensors");
  }

  private Path log() {
    return path.resolve(TRAINING).resolve("log.jsonl");
  }

  /** Forgets what was logged after a step. */
  void rewindLog(int step) {
    try {
      Files.createDirectories(log().getParent());
      if (!Files.exists(log())) {
        return;
      }
      List<String> kept =
          Files.readAllLines(log()).stream()
              .filter(line -> line.endsWith("}")) // the last may have been broken off
              .filter(line -> JsonNode.parse(line, log().toString()).getInt("step") <= step)
              .toList();
      Files.write(log(), kept);
    } catch (IOException e) {
      throw new VlmException("cannot rewrite " + log() + ": " + e.getMessage(), e);
    }
  }

  /** Adds a line to the log. */
  void log(Map<String, Object> fields) {
    try {
      Files.writeString(
          log(), GSON.toJson(fields) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new VlmException("cannot write " + log() + ": " + e.getMessage(), e);
    }
  }

  /** The lines of the log. */
  List<JsonNode> logged() {
    try {
      return Files.exists(log())
          ? Files.readAllLines(log()).stream()
              .map(line -> JsonNode.parse(line, log().toString()))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new VlmException("cannot read " + log() + ": " + e.getMessage(), e);
    }
  }

  Path plot() {
    return path.resolve(TRAINING).resolve("loss.svg");
  }

  /**
   * Writes the model as {@code vlm caption --model} opens it.
   *
   * @param languageModel where the language model is, as {@link LanguageSide#write} says
   */
  void writeModel(
      TrainingParts parts, Weighted start, Parameters parameters, String languageModel) {
    writePart("connector", start.connector(), parameters.below(Weighted.CONNECTOR));
    start
        .gatedLayers()
        .ifPresent(
            json -> writePart("cross_attention", json, parameters.below(Weighted.GATED_LAYERS)));
    new AssembledConfig(
            place(parts.encoder(), "encoder"),
            parts.selection(),
            parts.averagePooling(),
            parts.pixelShuffle(),
            "connector",
            start.gatedLayers().isPresent() ? "cross_attention" : "",
            languageModel,
            parts.prompt())
        .write(path);
  }

  private void writePart(String name, JsonNode config, Map<String, Tensor> tensors) {
    Path folder = path.resolve(name);
    writeJson(folder.resolve("config.json"), config);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, FORMAT);
  }

  /**
   * Writes a language model all of whose weights learn, as a folder of its own.
   *
   * @param origin the folder that it began as; its configurations and tokenizer are copied
   */
  String writeLanguageModel(Path origin, Map<String, Tensor> tensors) {
    Path folder = path.resolve(LANGUAGE_MODEL);
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(origin)) {
        for (Path file : files.filter(TrainingFolder::isNoWeight).toList()) {
          Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new VlmException("cannot copy " + origin + ": " + e.getMessage(), e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, FORMAT);
    return LANGUAGE_MODEL;
  }

  private static boolean isNoWeight(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && !name.matches(".*\\.(safetensors|bin|pt|pth|gguf|h5|msgpack|onnx|index\\.json)");
  }

  /**
   * Writes an adapter as PEFT does.
   *
   * @param config {@code adapter_config.json} for the path of the base
   */
  String writeAdapter(Path base, Function<String, JsonNode> config, Map<String, Tensor> tensors) {
    Path folder = path.resolve(LANGUAGE_MODEL);
    String place = place(base, "base_model");
    String seen = selfContained ? "../" + place : place;
    writeJson(folder.resolve("adapter_config.json"), config.apply(seen));
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, FORMAT);
    return LANGUAGE_MODEL;
  }

  private static void writeJson(Path file, JsonNode json) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, json + "\n");
    } catch (IOException e) {
      throw new VlmException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Where the model finds a frozen part: a copy of it, or the part itself. */
  String place(Path part, String name) {
    if (!selfContained) {
      return part.toAbsolutePath().normalize().toString();
    }
    boolean file = Files.isRegularFile(part);
    String target = file ? part.getFileName().toString() : name;
    try {
      if (!Files.exists(path.resolve(target))) {
        copy(part, path.resolve(target));
      }
      return target;
    } catch (IOException e) {
      throw new VlmException("cannot copy " + part + ": " + e.getMessage(), e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}

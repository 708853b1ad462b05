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
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Writes the model as {@code vlm caption --model} opens it. */
  void writeModel(TrainingParts parts, Weighted start, Parameters parameters) {
    writePart("connector", start.connector(), parameters, Weighted.CONNECTOR);
    start
        .gatedLayers()
        .ifPresent(json -> writePart("cross_attention", json, parameters, Weighted.GATED_LAYERS));
    new AssembledConfig(
            place(parts.encoder(), "encoder"),
            parts.selection(),
            parts.averagePooling(),
            parts.pixelShuffle(),
            "connector",
            start.gatedLayers().isPresent() ? "cross_attention" : "",
            place(parts.languageModel(), "language_model"),
            parts.prompt())
        .write(path);
  }

  private void writePart(String name, JsonNode config, Parameters parameters, String prefix) {
    Path folder = path.resolve(name);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters
        .byName()
        .forEach(
            (key, tensor) -> {
              if (key.startsWith(prefix)) {
                tensors.put(key.substring(prefix.length()), tensor);
              }
            });
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), config + "\n");
    } catch (IOException e) {
      throw new VlmException("cannot write " + folder + ": " + e.getMessage(), e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
  }

  /** Where the model finds a frozen part: a copy of it, or the part itself. */
  private String place(Path part, String name) {
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

package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the weights of a model folder. */
public final class WeightSources {
  private WeightSources() {}

  /**
   * Opens a {@code .safetensors} or {@code .gguf} file, or the one that a folder holds.
   *
   * @throws InvalidModelException if there is none, or more than one GGUF file
   */
  public static WeightSource open(Path path) {
    if (!Files.isDirectory(path)) {
      return openFile(path);
    }
    Path single = path.resolve("model.safetensors");
    if (Files.exists(single)) {
      return SafetensorsFile.open(single);
    }
    Path index = path.resolve("model.safetensors.index.json");
    if (Files.exists(index)) {
      return ShardedSource.open(index);
    }
    List<Path> gguf = files(path, ".gguf");
    if (gguf.size() == 1) {
      return GgufFile.open(gguf.get(0));
    }
    if (!files(path, ".bin").isEmpty()) {
      throw new UnsupportedModelException(
          path
              + " holds pickled weights (.bin), which are not supported; convert them to safetensors");
    }
    throw new InvalidModelException(
        path
            + " holds "
            + (gguf.isEmpty() ? "no weights" : gguf.size() + " .gguf files")
            + "; expected model.safetensors, model.safetensors.index.json or one .gguf file");
  }

  private static WeightSource openFile(Path file) {
    if (file.toString().endsWith(".gguf")) {
      return GgufFile.open(file);
    }
    return SafetensorsFile.open(file);
  }

  private static List<Path> files(Path folder, String suffix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }
}

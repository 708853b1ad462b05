package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds a checkpoint's weights. */
public final class WeightSources {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String PICKLE = "pytorch_model.bin";
  private static final String PICKLE_INDEX = "pytorch_model.bin.index.json";

  private static final String OPEN_CLIP = "open_clip_model.safetensors";
  private static final String OPEN_CLIP_PICKLE = "open_clip_pytorch_model.bin";

  private WeightSources() {}

  /**
   * Opens a weight file, or what a folder holds: {@code model.safetensors}, {@code
   * model.safetensors.index.json} with its shards, {@code pytorch_model.bin} or its shards, {@code
   * open_clip_model.safetensors}, {@code open_clip_pytorch_model.bin}, one {@code *.gguf} file or
   * one {@code *.pth} file, in this order.
   *
   * @throws InvalidModelException if there is none of them or it is damaged
   */
  public static WeightSource open(Path folderOrFile) {
    if (Files.isDirectory(folderOrFile)) {
      return openFolder(folderOrFile);
    }
    String name = String.valueOf(folderOrFile.getFileName());
    if (name.endsWith(".gguf")) {
      return GgufFile.open(folderOrFile);
    }
    if (name.endsWith(".index.json")) {
      return ShardedSource.open(folderOrFile);
    }
    if (name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".pth")) {
      return TorchFile.open(folderOrFile);
    }
    return SafetensorsFile.open(folderOrFile);
  }

  private static WeightSource openFolder(Path folder) {
    if (Files.exists(folder.resolve(SINGLE))) {
      return SafetensorsFile.open(folder.resolve(SINGLE));
    }
    if (Files.exists(folder.resolve(INDEX))) {
      return ShardedSource.open(folder.resolve(INDEX));
    }
    for (String other : List.of(PICKLE, PICKLE_INDEX, OPEN_CLIP, OPEN_CLIP_PICKLE)) {
      if (Files.exists(folder.resolve(other))) {
        return open(folder.resolve(other));
      }
    }
    List<Path> gguf = files(folder, "*.gguf");
    if (gguf.size() == 1) {
      return GgufFile.open(gguf.get(0));
    }
    if (gguf.size() > 1) {
      throw new InvalidModelException(
          folder + " has " + gguf.size() + " .gguf files; open one of them by its own path");
    }
    List<Path> torchvision = files(folder, "*.pth");
    if (torchvision.size() == 1) {
      return TorchFile.open(torchvision.get(0));
    }
    List<Path> pickles = files(folder, "pytorch_model*.bin");
    if (!pickles.isEmpty()) {
      throw new InvalidModelException(
          folder + " has PyTorch pickle shards but no " + PICKLE_INDEX + " that names them");
    }
    throw new InvalidModelException(
        folder
            + " has no weights; looked for "
            + SINGLE
            + ", "
            + INDEX
            + ", "
            + PICKLE
            + " and one *.gguf file");
  }

  private static List<Path> files(Path folder, String glob) {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(
              f -> folder.getFileSystem().getPathMatcher("glob:" + glob).matches(f.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidModelException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }
}

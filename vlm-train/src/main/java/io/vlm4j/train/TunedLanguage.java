package io.vlm4j.train;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.AdaptedPath;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.WeightSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A language model all of whose weights learn. */
record TunedLanguage(LanguageFiles files) implements RemadeLanguage {
  static TunedLanguage open(Path path) {
    if (AdaptedPath.of(path).isGguf()) {
      throw new InvalidModelException(
          path
              + " is a GGUF file, whose weights cannot be written in float32 with its tokenizer; train"
              + " an adapter (lora), or take the model's folder of the hub");
    }
    return new TunedLanguage(LanguageFiles.open(path));
  }

  @Override
  public Map<String, Tensor> start() {
    Map<String, Tensor> start = new LinkedHashMap<>();
    files.held().forEach((name, tensor) -> start.put(PREFIX + name, tensor));
    return start;
  }

  @Override
  public WeightSource weights(Parameters parameters) {
    return parameters.checkpoint(PREFIX);
  }

  @Override
  public String write(TrainingFolder folder, Parameters parameters) {
    return folder.writeLanguageModel(AdaptedPath.of(files.path()).base(), parameters.below(PREFIX));
  }

  @Override
  public void close() {
    files.close();
  }
}

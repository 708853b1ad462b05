package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.AdaptedPath;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.GgufConfig;
import io.vlm4j.weights.GgufFile;
import io.vlm4j.weights.GgufNames;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A language model's files, of which the model is made anew whenever its weights have changed.
 *
 * @param path a folder, or a GGUF file
 * @param config in the hub's words
 * @param weights under their own names
 * @param names from these to the hub's, where they are others
 */
record LanguageFiles(
    Path path,
    JsonNode config,
    WeightSource weights,
    Optional<NameMap> names,
    Tokenizer tokenizer,
    GenerationConfig generation)
    implements AutoCloseable {
  static LanguageFiles open(Path path) {
    return AdaptedPath.of(path).isGguf() ? openGguf(path) : openFolder(path);
  }

  private static LanguageFiles openFolder(Path path) {
    ModelFolder folder = ModelFolder.open(path);
    return new LanguageFiles(
        path,
        folder.config(),
        folder.weights(),
        Optional.empty(),
        folder.tokenizer(),
        folder.generationConfig());
  }

  private static LanguageFiles openGguf(Path path) {
    GgufFile gguf = GgufFile.open(path);
    JsonNode config = GgufConfig.toHubConfig(gguf);
    return new LanguageFiles(
        path,
        config,
        gguf,
        Optional.of(GgufNames.LLAMA),
        Tokenizers.fromGguf(gguf.metadata().values()),
        GenerationConfig.of(config, config));
  }

  /**
   * Fails for models that are adapted already.
   *
   * @throws InvalidModelException if the path is that of an adapter
   */
  LanguageFiles requireUnadapted() {
    if (AdaptedPath.of(path).adapter().isPresent()) {
      close();
      throw new InvalidModelException(
          path
              + " is an adapter already, and another does not go on top of it; train all weights, or"
              + " begin with its base");
    }
    return this;
  }

  /** The hub's name of a tensor; nothing for what the hub does not have. */
  Optional<String> hubName(String name) {
    return names.map(map -> map.nameOf(name)).orElse(Optional.of(name));
  }

  /**
   * The weights in float32, made so that they can take part in gradients; they belong to the
   * caller's scope.
   */
  Map<String, Tensor> held() {
    try (TensorScope scope = TensorScope.open();
        Autograd autograd = Autograd.open()) {
      Map<String, Tensor> held = new LinkedHashMap<>();
      for (String name : weights.names()) {
        Tensor tensor = weights.load(name);
        boolean number = tensor.dtype().isFloatingPoint();
        held.put(name, scope.keep(number ? tensor.to(DType.FLOAT32) : tensor));
      }
      return held;
    }
  }

  /**
   * Makes the model of some weights.
   *
   * @throws InvalidModelException if it is of a kind that has no gradients here
   */
  LayeredLanguageModel model(WeightSource source) {
    Weights all = Weights.of(source, Placement.REFERENCE);
    Weights cursor = names.map(all::mapped).orElse(all);
    LayeredLanguageModel model = LanguageSide.layered(Families.languageModel(config, cursor));
    cursor.requireAllRead();
    return model;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

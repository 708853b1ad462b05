package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A language model's files, of which the model is made anew whenever its weights have changed. */
record LanguageFiles(
    Path path,
    JsonNode config,
    WeightSource weights,
    Tokenizer tokenizer,
    GenerationConfig generation)
    implements AutoCloseable {
  static LanguageFiles open(Path path) {
    ModelFolder folder = ModelFolder.open(path);
    return new LanguageFiles(
        path, folder.config(), folder.weights(), folder.tokenizer(), folder.generationConfig());
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
    Weights cursor = Weights.of(source, Placement.REFERENCE);
    LayeredLanguageModel model = LanguageSide.layered(Families.languageModel(config, cursor));
    cursor.requireAllRead();
    return model;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

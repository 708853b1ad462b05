package io.vlm4j.train;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** The language model in training. */
interface LanguageSide extends AutoCloseable {
  /** Prefix of the names of its weights that learn. */
  String PREFIX = "language_model.";

  /**
   * Opens a model.
   *
   * @param path a folder or a GGUF file
   * @throws InvalidModelException if it has no gradients here
   */
  static LanguageSide open(Path path, LanguageTuning tuning, long seed) {
    if (tuning instanceof LanguageTuning.None) {
      return FrozenLanguage.open(path);
    }
    return tuning instanceof LanguageTuning.Lora lora
        ? AdaptedLanguage.open(path, lora, seed)
        : TunedLanguage.open(path);
  }

  Tokenizer tokenizer();

  GenerationConfig generation();

  /** The weights that learn, as they are at first; they belong to the caller's scope. */
  Map<String, Tensor> start();

  /** Runs something with the model of the moment. */
  <T> T with(Parameters parameters, Function<LayeredLanguageModel, T> use);

  /**
   * Writes what has learnt.
   *
   * @return where the model is, as an assembled model's configuration says it
   */
  String write(TrainingFolder folder, Parameters parameters);

  @Override
  void close();

  /** A model as one that is trained. */
  static LayeredLanguageModel layered(LanguageModel model) {
    if (model instanceof LayeredLanguageModel layered) {
      return layered;
    }
    throw new InvalidModelException(
        "this language model has no gradients here; training takes decoder-only transformers");
  }
}

package io.vlm4j.train;

import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.WeightSource;
import java.util.function.Function;

/** A language model that learns: it is made anew of the weights of the moment. */
interface RemadeLanguage extends LanguageSide {
  LanguageFiles files();

  /** All of the model's weights, those that learn among them. */
  WeightSource weights(Parameters parameters);

  @Override
  default Tokenizer tokenizer() {
    return files().tokenizer();
  }

  @Override
  default GenerationConfig generation() {
    return files().generation();
  }

  @Override
  default <T> T with(Parameters parameters, Function<LayeredLanguageModel, T> use) {
    try (LayeredLanguageModel model = files().model(weights(parameters))) {
      return use.apply(model);
    }
  }
}

package io.vlm4j.train;

import io.vlm4j.LoadOptions;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.tensor.Autograd;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** A language model that stays as it is; gradients go through it. */
record FrozenLanguage(Path path, LanguagePart part, LayeredLanguageModel model, Resources resources)
    implements LanguageSide {
  static FrozenLanguage open(Path path) {
    return Resources.owning(
        resources -> {
          try (Autograd autograd = Autograd.open()) {
            LanguagePart part = LanguageModelPart.load(path, LoadOptions.FP32);
            resources.own(part.tokenizer());
            resources.own(part.model());
            return new FrozenLanguage(path, part, LanguageSide.layered(part.model()), resources);
          }
        });
  }

  @Override
  public Tokenizer tokenizer() {
    return part.tokenizer();
  }

  @Override
  public GenerationConfig generation() {
    return part.generation();
  }

  @Override
  public Map<String, Tensor> start() {
    return Map.of();
  }

  @Override
  public <T> T with(Parameters parameters, Function<LayeredLanguageModel, T> use) {
    return use.apply(model);
  }

  @Override
  public String write(TrainingFolder folder, Parameters parameters) {
    return folder.place(path, "language_model");
  }

  @Override
  public void close() {
    resources.close();
  }
}

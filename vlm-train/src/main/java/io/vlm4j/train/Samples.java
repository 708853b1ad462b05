package io.vlm4j.train;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.Resources;
import io.vlm4j.models.assembled.AssembledModels;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.train.TrainingTask.Sample;
import java.util.List;
import java.util.stream.IntStream;

/** Texts by the model of the moment, on the path that a user runs. */
final class Samples {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(30).build();

  private Samples() {}

  /** The model's text for each prompt, under the prompt's name. */
  static List<Sample> of(
      Trainee trainee, Parameters parameters, List<String> names, List<Prompt> prompts) {
    List<String> texts = texts(trainee, parameters, prompts);
    return IntStream.range(0, texts.size())
        .mapToObj(i -> new Sample(names.get(i), texts.get(i)))
        .toList();
  }

  private static List<String> texts(Trainee trainee, Parameters parameters, List<Prompt> prompts) {
    TrainingParts parts = trainee.parts();
    LanguageSide language = trainee.language();
    return trainee.speaking(
        parameters,
        (connector, model) -> {
          try (VisionLanguageModel speaker =
              AssembledModels.join(
                  trainee.encoder().part(),
                  parts.selection(),
                  AssembledModels.pooled(parts.averagePooling(), parts.pixelShuffle(), connector),
                  new LanguagePart(model, language.tokenizer(), language.generation()),
                  parts.prompt(),
                  new Resources())) {
            return speaker.generate(prompts, OPTIONS).stream()
                .map(generation -> generation.text().strip())
                .toList();
          }
        });
  }
}

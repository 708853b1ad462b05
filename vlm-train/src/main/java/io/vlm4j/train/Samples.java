package io.vlm4j.train;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.models.assembled.AssembledModels;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.Connector;
import java.util.List;

/** Captions by the model of the moment, on the path that a user runs. */
final class Samples {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(30).build();

  private Samples() {}

  static List<String> captions(Trainee trainee, Parameters parameters, List<Image> images) {
    return trainee.start().gatedLayers().isPresent()
        ? trainee.withGatedLayers(
            parameters, layers -> captions(trainee, parameters, trainee.speaking(layers), images))
        : captions(trainee, parameters, trainee.language(), images);
  }

  private static List<String> captions(
      Trainee trainee, Parameters parameters, LanguagePart language, List<Image> images) {
    TrainingParts parts = trainee.parts();
    try (Connector connector = trainee.connector(parameters);
        VisionLanguageModel model =
            AssembledModels.join(
                trainee.encoder(),
                parts.selection(),
                AssembledModels.pooled(parts.averagePooling(), parts.pixelShuffle(), connector),
                language,
                parts.prompt(),
                new Resources())) {
      return model.generate(images.stream().map(Prompt::caption).toList(), OPTIONS).stream()
          .map(generation -> generation.text().strip())
          .toList();
    }
  }
}

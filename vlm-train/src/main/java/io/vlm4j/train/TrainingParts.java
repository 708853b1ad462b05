package io.vlm4j.train;

import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.assembled.AssembledConfig;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model in training is made of.
 *
 * @param encoder folder of the frozen vision encoder
 * @param selection which of its features are used
 * @param averagePooling patches along one side of the blocks that are averaged; 1 for none
 * @param pixelShuffle patches along one side of the blocks that are then joined; 1 for none
 * @param languageModel folder or GGUF file of the frozen language model
 * @param prompt the convention of prompts
 * @param connector what learns, as it is at first
 */
public record TrainingParts(
    Path encoder,
    FeatureSelection selection,
    int averagePooling,
    int pixelShuffle,
    Path languageModel,
    PromptTemplate prompt,
    ConnectorStart connector) {

  /** The parts of an assembled model; its connector goes on learning. */
  public static TrainingParts of(Path model) {
    AssembledConfig config = AssembledConfig.of(ModelFolder.open(model).config());
    ModelFolder connector = ModelFolder.open(model.resolve(config.connector()));
    Optional<ModelFolder> gated =
        Optional.of(config.crossAttention())
            .filter(path -> !path.isEmpty())
            .map(path -> ModelFolder.open(model.resolve(path)));
    return new TrainingParts(
        model.resolve(config.encoder()),
        config.selection(),
        config.averagePooling(),
        config.pixelShuffle(),
        model.resolve(config.languageModel()),
        config.prompt(),
        (features, language) ->
            ConnectorStart.Weighted.of(
                connector.config(),
                gated.map(ModelFolder::config),
                weights(connector),
                gated.map(TrainingParts::weights)));
  }

  private static WeightSource weights(ModelFolder folder) {
    return WeightSources.open(folder.path());
  }
}

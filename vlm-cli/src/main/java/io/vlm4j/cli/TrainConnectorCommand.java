package io.vlm4j.cli;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.train.CaptionTraining;
import io.vlm4j.train.CaptionedImages;
import io.vlm4j.train.NewConnector;
import io.vlm4j.train.Trainer;
import io.vlm4j.train.TrainingParts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a connector. */
@Command(
    name = "train-connector",
    description =
        "Train a connector between a frozen encoder and a frozen language model on captions.")
final class TrainConnectorCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description =
          "Take encoder, language model, prompt and first connector from an assembled model;"
              + " 'default' is the embedded one.")
  private String model;

  @Option(names = "--encoder", paramLabel = "FOLDER", description = "The vision encoder.")
  private Path encoder;

  @Option(names = "--lm", paramLabel = "FOLDER_OR_GGUF", description = "The language model.")
  private Path languageModel;

  @Option(
      names = "--connector",
      defaultValue = "mlp",
      description = "mlp, qformer, resampler, xattn or xattn-mlp (default: ${DEFAULT-VALUE}).")
  private String connector;

  @Option(
      names = "--connector-config",
      paramLabel = "FILE",
      description = "Keys of the connector's config.json other than the usual ones.")
  private Path connectorConfig;

  @Option(names = "--images", required = true, paramLabel = "ZIP_OR_DIR", description = "Images.")
  private Path images;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "TSV",
      description = "Lines of an image's name, a tab and a caption.")
  private Path captions;

  @Option(names = "--dev-images", paramLabel = "ZIP_OR_DIR", description = "Other images.")
  private Path devImages;

  @Option(names = "--dev-captions", paramLabel = "TSV", description = "Their captions.")
  private Path devCaptions;

  @Option(
      names = "--lr",
      defaultValue = "1e-3",
      description = "Largest learning rate (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--captions-per-image",
      defaultValue = "0",
      description = "How many of an image's captions are read together; 0 for all (default: 0).")
  private int captionsPerImage;

  @Option(names = "--pool", description = "Average blocks of N x N patches (default: 1).")
  private Integer pool;

  @Option(names = "--shuffle-factor", description = "Then join N x N patches (default: 1).")
  private Integer shuffle;

  @Mixin private TrainingFlags flags;

  @Override
  public Integer call() {
    if ((devImages == null) != (devCaptions == null)) {
      throw new InvalidOptionException("--dev-images and --dev-captions go together");
    }
    CaptionedImages data = new CaptionedImages(images, captions);
    CaptionTraining what =
        new CaptionTraining(
            data,
            Optional.ofNullable(devImages).map(source -> new CaptionedImages(source, devCaptions)),
            captionsPerImage);
    return flags.train(
        learningRate,
        batch -> (double) data.imageCount() / batch,
        (options, run, report) -> Trainer.open(parts(), what, options, run, report));
  }

  private TrainingParts parts() {
    if (model != null) {
      if (encoder != null || languageModel != null || pool != null || shuffle != null) {
        throw new InvalidOptionException(
            "--model has an encoder, a language model and a pooling already; leave out --encoder,"
                + " --lm, --pool and --shuffle-factor");
      }
      return TrainingParts.of(TrainingFlags.model(model));
    }
    if (encoder == null || languageModel == null) {
      throw new InvalidOptionException("give --model, or --encoder and --lm");
    }
    return new TrainingParts(
        encoder,
        FeatureSelection.LAST_PATCHES,
        factor("--pool", pool),
        factor("--shuffle-factor", shuffle),
        languageModel,
        PromptTemplate.CHAT_ML,
        new NewConnector(
            connector,
            connectorConfig == null
                ? JsonNode.empty("no configuration")
                : JsonNode.read(connectorConfig),
            flags.seed()));
  }

  private static int factor(String name, Integer factor) {
    int value = factor == null ? 1 : factor;
    TrainingFlags.requirePositive(name, value);
    return value;
  }
}

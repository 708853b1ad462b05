package io.vlm4j.cli;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.train.InstructionTraining;
import io.vlm4j.train.LanguageTuning;
import io.vlm4j.train.Trainer;
import io.vlm4j.train.TrainingParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a connector and a language model on instructions. */
@Command(
    name = "train-instruct",
    description =
        "Train connector and language model on conversations about images (LLaVA's second stage).")
final class TrainInstructCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FOLDER",
      description =
          "An assembled model, such as train-connector writes; 'default' is the embedded one.")
  private String model;

  @Option(names = "--images", required = true, paramLabel = "ZIP_OR_DIR", description = "Images.")
  private Path images;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "JSON",
      description = "Conversations in LLaVA's format.")
  private Path data;

  @Option(
      names = "--dev-data",
      paramLabel = "JSON",
      description = "Other conversations, about images of the same --images.")
  private Path devData;

  @Option(
      names = "--train",
      defaultValue = "lora",
      description =
          "What of the language model learns beside the connector: lora, full or none"
              + " (default: ${DEFAULT-VALUE}).")
  private String tuning;

  @Option(names = "--lora-rank", description = "Rank of the adapter (default: 16).")
  private Integer rank;

  @Option(
      names = "--lora-alpha",
      description = "Its scale times its rank (default: twice the rank).")
  private Double alpha;

  @Option(
      names = "--lora-targets",
      split = ",",
      paramLabel = "NAME",
      description =
          "Last parts of the names of the matrices with an adapter, such as q_proj,v_proj (default:"
              + " all but those of the vocabulary).")
  private List<String> targets;

  @Option(
      names = "--lr",
      description = "Largest learning rate (default: 2e-4 with lora, 2e-5 with full, else 1e-3).")
  private Double learningRate;

  @Option(
      names = "--connector-lr",
      description = "The connector's (default: 2e-5 with lora, else as --lr).")
  private Double connectorLearningRate;

  @Option(
      names = "--max-tokens",
      defaultValue = "2048",
      description =
          "Of a conversation's text; exchanges beyond are left out (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Mixin private TrainingFlags flags;

  @Override
  public Integer call() {
    boolean adapted = tuning.equals("lora");
    if (!adapted && (rank != null || alpha != null || targets != null)) {
      throw new InvalidOptionException(
          "--lora-rank, --lora-alpha and --lora-targets need --train lora");
    }
    double rate = learningRate != null ? learningRate : usualRate();
    double connectors =
        connectorLearningRate != null ? connectorLearningRate : adapted ? 2e-5 : rate;
    InstructionTraining what =
        new InstructionTraining(
            images, data, Optional.ofNullable(devData), tuning(), connectors, maxTokens);
    TrainingParts parts = TrainingParts.of(TrainingFlags.model(model));
    return flags.train(
        rate,
        what::passesPerEpoch,
        (options, run, report) -> Trainer.open(parts, what, options, run, report));
  }

  private double usualRate() {
    return switch (tuning) {
      case "lora" -> 2e-4;
      case "full" -> 2e-5;
      default -> 1e-3;
    };
  }

  private LanguageTuning tuning() {
    return switch (tuning) {
      case "lora" -> {
        int r = rank == null ? 16 : rank;
        yield new LanguageTuning.Lora(
            r, alpha == null ? 2.0 * r : alpha, targets == null ? List.of() : targets);
      }
      case "full" -> new LanguageTuning.Full();
      case "none" -> new LanguageTuning.None();
      default ->
          throw new InvalidOptionException(
              "--train is '" + tuning + "'; expected lora, full or none");
    };
  }
}

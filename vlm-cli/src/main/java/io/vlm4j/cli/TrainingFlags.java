package io.vlm4j.cli;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.HubCache;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.train.Trainer;
import io.vlm4j.train.TrainingOptions;
import io.vlm4j.train.TrainingRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine.Option;

/** Options that all trainings have. */
final class TrainingFlags {
  private static final String DEFAULT = "default";

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "The new model.")
  private Path out;

  @Option(names = "--resume", description = "Go on from the checkpoint in --out.")
  private boolean resume;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "Where the encoder's features are kept (default: cache in --out).")
  private Path cache;

  @Option(
      names = "--cache-dtype",
      defaultValue = "fp16",
      description = "fp16 or fp32 (default: ${DEFAULT-VALUE}).")
  private String cacheType;

  @Option(names = "--steps", description = "Steps of the optimizer.")
  private Integer steps;

  @Option(names = "--epochs", description = "Instead of --steps: passes over all data.")
  private Double epochs;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Images or conversations a pass (default: 8).")
  private int batch;

  @Option(names = "--accumulate", defaultValue = "1", description = "Passes a step (default: 1).")
  private int accumulate;

  @Option(
      names = "--warmup",
      description = "Steps until the learning rate is at its largest (default: 3%% of all).")
  private Integer warmup;

  @Option(names = "--clip", defaultValue = "1", description = "Gradient norm (default: 1).")
  private double clip;

  @Option(names = "--weight-decay", defaultValue = "0", description = "AdamW's (default: 0).")
  private double weightDecay;

  @Option(names = "--seed", defaultValue = "1", description = "Of order and weights (default: 1).")
  private long seed;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "100",
      description = "Steps between checkpoints (default: 100).")
  private int checkpointEvery;

  @Option(names = "--max-minutes", description = "Stop after that long, with a checkpoint.")
  private Double maxMinutes;

  @Option(
      names = "--sample-every",
      defaultValue = "0",
      description = "Steps between sample texts and dev losses; 0 for none (default: 0).")
  private int sampleEvery;

  @Option(names = "--samples", defaultValue = "4", description = "Sample texts (default: 4).")
  private int samples;

  @Option(names = "--self-contained", description = "Copy the frozen parts into --out.")
  private boolean selfContained;

  @Option(names = "--threads", description = "Threads of one operator (default: physical cores).")
  private Integer threads;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  /** A model's folder by name; 'default' is the embedded one. */
  static Path model(String name) {
    return name.equals(DEFAULT) ? DefaultModel.folder() : HubCache.resolve(name);
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new InvalidOptionException(name + " is " + value + "; expected 1 or more");
    }
  }

  long seed() {
    return seed;
  }

  /**
   * Opens a trainer and lets it train.
   *
   * @param passesPerEpoch for a number of examples a pass, how many show each once
   */
  int train(double learningRate, IntToDoubleFunction passesPerEpoch, Opener opener) {
    if (threads != null) {
      KernelLibrary.shared().setThreads(threads);
    }
    TrainingOptions options = options(learningRate, passesPerEpoch);
    TrainingReport report = new TrainingReport(json);
    try (Trainer trainer = opener.open(options, run(), report)) {
      report.begins(trainer.parameterCount(), options);
      int done = trainer.train();
      report.ends(done, options.steps(), out);
    }
    return 0;
  }

  private TrainingOptions options(double learningRate, IntToDoubleFunction passesPerEpoch) {
    if ((steps == null) == (epochs == null)) {
      throw new InvalidOptionException("give either --steps or --epochs");
    }
    requirePositive("--batch", batch);
    requirePositive("--accumulate", accumulate);
    int count =
        steps != null
            ? steps
            : (int) Math.ceil(epochs * passesPerEpoch.applyAsDouble(batch) / accumulate);
    return new TrainingOptions(
        count,
        batch,
        accumulate,
        learningRate,
        warmup == null ? (int) Math.ceil(0.03 * count) : warmup,
        clip,
        weightDecay,
        seed);
  }

  private TrainingRun run() {
    requirePositive("--checkpoint-every", checkpointEvery);
    return new TrainingRun(
        out,
        resume,
        cache == null ? out.resolve("cache") : cache,
        cacheType(),
        checkpointEvery,
        sampleEvery,
        samples,
        Optional.ofNullable(maxMinutes).map(m -> Duration.ofMillis((long) (m * 60_000))),
        selfContained);
  }

  private DType cacheType() {
    return switch (cacheType) {
      case "fp16" -> DType.FLOAT16;
      case "fp32" -> DType.FLOAT32;
      default ->
          throw new InvalidOptionException(
              "--cache-dtype is '" + cacheType + "'; expected fp16 or fp32");
    };
  }

  /** Opens a trainer. */
  @FunctionalInterface
  interface Opener {
    Trainer open(TrainingOptions options, TrainingRun run, TrainingReport report);
  }
}

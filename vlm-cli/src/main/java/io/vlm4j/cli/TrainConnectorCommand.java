package io.vlm4j.cli;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.train.CaptionedImages;
import io.vlm4j.train.ConnectorTrainer;
import io.vlm4j.train.NewConnector;
import io.vlm4j.train.TrainingOptions;
import io.vlm4j.train.TrainingParts;
import io.vlm4j.train.TrainingRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a connector. */
@Command(
    name = "train-connector",
    description =
        "Train a connector between a frozen encoder and a frozen language model on captions.")
final class TrainConnectorCommand implements Callable<Integer> {
  private static final String DEFAULT = "default";

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
      description = "mlp, qformer, resampler or xattn (default: ${DEFAULT-VALUE}).")
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

  @Option(names = "--epochs", description = "Instead of --steps: passes over all images.")
  private Double epochs;

  @Option(names = "--batch", defaultValue = "8", description = "Images a pass (default: 8).")
  private int batch;

  @Option(names = "--accumulate", defaultValue = "1", description = "Passes a step (default: 1).")
  private int accumulate;

  @Option(
      names = "--lr",
      defaultValue = "1e-3",
      description = "Largest learning rate (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--warmup",
      description = "Steps until the learning rate is at its largest (default: 3% of all).")
  private Integer warmup;

  @Option(names = "--clip", defaultValue = "1", description = "Gradient norm (default: 1).")
  private double clip;

  @Option(names = "--weight-decay", defaultValue = "0", description = "AdamW's (default: 0).")
  private double weightDecay;

  @Option(
      names = "--captions-per-image",
      defaultValue = "0",
      description = "How many of an image's captions are read together; 0 for all (default: 0).")
  private int captionsPerImage;

  @Option(names = "--seed", defaultValue = "1", description = "Of order and weights (default: 1).")
  private long seed;

  @Option(names = "--pool", description = "Average blocks of N x N patches (default: 1).")
  private Integer pool;

  @Option(names = "--shuffle-factor", description = "Then join N x N patches (default: 1).")
  private Integer shuffle;

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
      description = "Steps between sample captions and dev losses; 0 for none (default: 0).")
  private int sampleEvery;

  @Option(names = "--samples", defaultValue = "4", description = "Sample captions (default: 4).")
  private int samples;

  @Option(names = "--self-contained", description = "Copy encoder and language model into --out.")
  private boolean selfContained;

  @Option(names = "--threads", description = "Threads of one operator (default: physical cores).")
  private Integer threads;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    if (threads != null) {
      KernelLibrary.shared().setThreads(threads);
    }
    requirePositive("--checkpoint-every", checkpointEvery);
    CaptionedImages data = new CaptionedImages(images, captions);
    int all = epochs == null ? 0 : data.imageCount();
    TrainingOptions options = options(all);
    TrainingReport report = new TrainingReport(json);
    try (ConnectorTrainer trainer = ConnectorTrainer.open(parts(), options, run(data), report)) {
      report.begins(trainer.parameterCount(), options);
      int done = trainer.train();
      report.ends(done, options.steps(), out);
    }
    return 0;
  }

  private TrainingOptions options(int imageCount) {
    if ((steps == null) == (epochs == null)) {
      throw new InvalidOptionException("give either --steps or --epochs");
    }
    int count =
        steps != null
            ? steps
            : (int) Math.ceil(epochs * imageCount / Math.max(1, batch * accumulate));
    return new TrainingOptions(
        count,
        batch,
        accumulate,
        learningRate,
        warmup == null ? (int) Math.ceil(0.03 * count) : warmup,
        clip,
        weightDecay,
        captionsPerImage,
        seed);
  }

  private TrainingParts parts() {
    if (model != null) {
      if (encoder != null || languageModel != null || pool != null || shuffle != null) {
        throw new InvalidOptionException(
            "--model has an encoder, a language model and a pooling already; leave out --encoder,"
                + " --lm, --pool and --shuffle-factor");
      }
      return TrainingParts.of(
          model.equals(DEFAULT) ? DefaultModel.folder() : HubCache.resolve(model));
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
            seed));
  }

  private static int factor(String name, Integer factor) {
    int value = factor == null ? 1 : factor;
    requirePositive(name, value);
    return value;
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new InvalidOptionException(name + " is " + value + "; expected 1 or more");
    }
  }

  private TrainingRun run(CaptionedImages data) {
    if ((devImages == null) != (devCaptions == null)) {
      throw new InvalidOptionException("--dev-images and --dev-captions go together");
    }
    return new TrainingRun(
        data,
        Optional.ofNullable(devImages).map(zip -> new CaptionedImages(zip, devCaptions)),
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
}

package io.vlm4j.train;

import io.vlm4j.data.Batches;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.image.Image;
import io.vlm4j.instruct.LlavaExample;
import io.vlm4j.models.Resources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LLaVA's second stage: conversations about images. */
final class InstructionTask implements TrainingTask {
  private static final Logger LOG = LoggerFactory.getLogger(InstructionTask.class);

  private final Trainee trainee;
  private final TrainingOptions options;
  private final InstructionTraining what;
  private final CachedFeatures images;
  private final List<Conversation> data;
  private final List<Conversation> dev;
  private final InstructionSchedule schedule;
  private final int samples;
  private final Resources resources;

  private InstructionTask(
      Trainee trainee,
      InstructionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener,
      Resources resources) {
    this.trainee = trainee;
    this.options = options;
    this.what = what;
    this.resources = resources;
    this.images = resources.own(CachedFeatures.open(trainee, what.images(), run));
    this.data = read(what.data(), listener);
    this.dev = what.dev().map(file -> read(file, listener)).orElse(List.of());
    this.schedule = new InstructionSchedule(options, data);
    this.samples = run.samples();
  }

  static InstructionTask open(
      TrainingParts parts,
      InstructionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener) {
    return Resources.owning(
        resources -> {
          Trainee trainee = resources.own(Trainee.open(parts, what.tuning(), options.seed()));
          return new InstructionTask(trainee, what, options, run, listener, resources);
        });
  }

  private List<Conversation> read(Path file, TrainingListener listener) {
    List<LlavaExample> examples = DataFiles.jsonRows(file).stream().map(LlavaExample::of).toList();
    ConversationReader reader = new ConversationReader(trainee, what.maxTokens());
    List<Conversation> read =
        examples.stream()
            .filter(example -> what.languageLearns() || example.image().isPresent())
            .flatMap(example -> reader.read(example, images::place).stream())
            .toList();
    if (read.isEmpty()) {
      throw new InvalidDataException(
          file + " has no conversation to learn from within " + what.maxTokens() + " tokens");
    }
    if (read.size() < examples.size()) {
      LOG.warn(
          "{} of {} conversations of {} are left out: their first exchange has more than {} tokens,"
              + " or they have no image and the connector alone learns",
          examples.size() - read.size(),
          examples.size(),
          file,
          what.maxTokens());
    }
    images.fill(read.stream().flatMapToInt(one -> one.image().stream()), listener);
    return read;
  }

  @Override
  public Trainee trainee() {
    return trainee;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("tuning", what.tuning().toString());
    settings.put("connector_lr", Double.toString(what.connectorLearningRate()));
    settings.put("max_tokens", Integer.toString(what.maxTokens()));
    return settings;
  }

  @Override
  public double learningRateFactor(String weight) {
    return weight.startsWith(LanguageSide.PREFIX)
        ? 1
        : what.connectorLearningRate() / options.learningRate();
  }

  @Override
  public List<Reading> step(int step) {
    return schedule.step(step).stream().map(some -> reading(some, some)).toList();
  }

  private Reading reading(List<Conversation> texts, List<Conversation> seen) {
    return new Reading() {
      @Override
      public int examples() {
        return texts.size();
      }

      @Override
      public long tokens() {
        return texts.stream().mapToLong(Conversation::learnt).sum();
      }

      @Override
      public Prediction predict(Parameters parameters) {
        List<Integer> places = seen.stream().flatMap(one -> one.image().stream().boxed()).toList();
        return trainee.predict(
            parameters,
            places.isEmpty() ? Optional.empty() : Optional.of(images.features(places)),
            length -> InstructionBatch.of(texts, length));
      }
    };
  }

  @Override
  public List<Reading> dev(int shift) {
    return Stream.of(true, false)
        .map(seeing -> dev.stream().filter(one -> one.image().isPresent() == seeing).toList())
        .flatMap(alike -> readings(alike, shift).stream())
        .toList();
  }

  private List<Reading> readings(List<Conversation> alike, int shift) {
    return Batches.map(
        IntStream.range(0, alike.size()).boxed().toList(),
        options.batch(),
        some ->
            List.of(
                reading(
                    some.stream().map(alike::get).toList(),
                    some.stream().map(i -> alike.get((i + shift) % alike.size())).toList())));
  }

  @Override
  public List<Sample> samples(Parameters parameters) {
    List<Conversation> shown = dev.isEmpty() ? data : dev;
    List<Conversation> some = shown.subList(0, Math.min(samples, shown.size()));
    return Samples.of(
        trainee,
        parameters,
        some.stream().map(Conversation::id).toList(),
        some.stream().map(one -> one.prompt(image(one))).toList());
  }

  private Optional<Image> image(Conversation conversation) {
    return conversation.image().stream()
        .mapToObj(place -> images.image(images.names().get(place)))
        .findFirst();
  }

  @Override
  public void close() {
    resources.close();
  }
}

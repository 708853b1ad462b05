package io.vlm4j.train;

import io.vlm4j.data.Batches;
import io.vlm4j.models.Resources;
import io.vlm4j.prompt.Prompt;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Stage 1: captions of images. */
final class CaptionTask implements TrainingTask {
  private final Trainee trainee;
  private final TrainingOptions options;
  private final CaptionTraining what;
  private final CaptionSet data;
  private final Optional<CaptionSet> dev;
  private final CaptionPrompt prompt;
  private final Schedule schedule;
  private final int samples;
  private final Resources resources;

  private CaptionTask(
      Trainee trainee,
      CaptionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener,
      Resources resources) {
    this.trainee = trainee;
    this.options = options;
    this.what = what;
    this.resources = resources;
    this.prompt = CaptionPrompt.of(trainee.parts().prompt(), trainee.language().tokenizer());
    this.data = resources.own(CaptionSet.open(trainee, what.data(), run, listener));
    this.dev = what.dev().map(d -> resources.own(CaptionSet.open(trainee, d, run, listener)));
    this.schedule = new Schedule(options, what.captionsPerImage(), data.captions());
    this.samples = run.samples();
  }

  static CaptionTask open(
      TrainingParts parts,
      CaptionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener) {
    return Resources.owning(
        resources -> {
          Trainee trainee =
              resources.own(Trainee.open(parts, new LanguageTuning.None(), options.seed()));
          return new CaptionTask(trainee, what, options, run, listener, resources);
        });
  }

  @Override
  public Trainee trainee() {
    return trainee;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("captions_per_image", Integer.toString(what.captionsPerImage()));
  }

  @Override
  public List<Reading> step(int step) {
    return schedule.step(step).stream()
        .map(
            examples ->
                reading(
                    data,
                    examples.stream().map(Schedule.Example::image).toList(),
                    examples.stream().map(Schedule.Example::captions).toList()))
        .toList();
  }

  private Reading reading(CaptionSet from, List<Integer> images, List<List<int[]>> captions) {
    return new Reading() {
      @Override
      public int examples() {
        return images.size();
      }

      @Override
      public long tokens() {
        return CaptionBatch.count(captions);
      }

      @Override
      public Prediction predict(Parameters parameters) {
        return trainee.predict(
            parameters,
            Optional.of(from.images().features(images)),
            length -> CaptionBatch.of(prompt, length, captions, trainee.endToken()));
      }
    };
  }

  @Override
  public List<Reading> dev(int shift) {
    return dev.map(set -> readings(set, shift)).orElse(List.of());
  }

  private List<Reading> readings(CaptionSet set, int shift) {
    int images = set.captions().size();
    return Batches.map(
        IntStream.range(0, images).boxed().toList(),
        options.batch(),
        some ->
            List.of(
                reading(
                    set,
                    some.stream().map(i -> (i + shift) % images).toList(),
                    some.stream().map(i -> set.captions().get(i)).toList())));
  }

  @Override
  public List<Sample> samples(Parameters parameters) {
    CachedFeatures shown = dev.orElse(data).images();
    List<String> names = shown.names().subList(0, Math.min(samples, shown.names().size()));
    return Samples.of(
        trainee, parameters, names, names.stream().map(shown::image).map(Prompt::caption).toList());
  }

  @Override
  public void close() {
    resources.close();
  }
}

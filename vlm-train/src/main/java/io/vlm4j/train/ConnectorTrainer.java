package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains a connector: encoder and language model stay as they are, the loss is the cross-entropy of
 * the captions' tokens, ends included.
 */
public final class ConnectorTrainer implements AutoCloseable {
  private final TrainingOptions options;
  private final TrainingRun run;
  private final TrainingListener listener;
  private final Resources resources;
  private final TrainingFolder folder;
  private final Trainee trainee;
  private final CaptionSet data;
  private final List<Image> sampleImages;
  private final List<String> sampleNames;
  private final Schedule schedule;
  private final DevLoss devLoss;
  private final Parameters parameters;
  private final AdamW optimizer;
  private int step;

  private ConnectorTrainer(
      TrainingParts parts,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener,
      Resources resources) {
    this.options = options;
    this.run = run;
    this.listener = listener;
    this.resources = resources;
    this.folder = TrainingFolder.open(run.out(), run.resume(), run.selfContained());
    this.trainee = resources.own(Trainee.open(parts));
    this.data = resources.own(CaptionSet.open(trainee, run.data(), run, listener));
    this.devLoss =
        run.dev()
            .map(dev -> resources.own(CaptionSet.open(trainee, dev, run, listener)))
            .map(dev -> new DevLoss(trainee, dev, options.batch()))
            .orElse(null);
    this.schedule = new Schedule(options, data.captions());
    CaptionSet shown = devLoss == null ? data : devLoss.data();
    this.sampleNames = shown.names().subList(0, Math.min(run.samples(), shown.names().size()));
    this.sampleImages = sampleNames.stream().map(shown::image).toList();
    if (run.resume()) {
      Checkpoint.Restored restored = Checkpoint.read(folder.checkpoint(), options.asMap());
      this.parameters = resources.own(restored.parameters());
      this.optimizer = resources.own(restored.optimizer());
      this.step = restored.step();
    } else {
      this.parameters = resources.own(Parameters.of(trainee.start().weights()));
      this.optimizer = resources.own(AdamW.of(parameters, options.weightDecay()));
    }
    trainee.requireMatch(parameters);
  }

  /**
   * Opens data and model; computes the features that are not cached yet.
   *
   * @throws VlmException if data and model do not go together
   */
  public static ConnectorTrainer open(
      TrainingParts parts, TrainingOptions options, TrainingRun run, TrainingListener listener) {
    return Resources.owning(
        resources -> new ConnectorTrainer(parts, options, run, listener, resources));
  }

  /** How many numbers learn. */
  public long parameterCount() {
    return parameters.count();
  }

  /**
   * Trains until all steps are done or the time is over, and writes the model.
   *
   * @return how many steps are done
   */
  public int train() {
    long start = System.nanoTime();
    int first = step;
    folder.rewindLog(run.resume() ? step : -1);
    if (step == 0) {
      report();
    }
    while (step < options.steps() && !isOver(start)) {
      long began = System.nanoTime();
      List<List<Schedule.Example>> passes = schedule.step(step);
      long tokens = passes.stream().mapToLong(CaptionBatch::count).sum();
      StepResult result = step(passes, tokens);
      step++;
      double seconds = (System.nanoTime() - began) / 1e9;
      double pace = (System.nanoTime() - start) / 1e9 / (step - first);
      TrainingListener.Progress progress =
          new TrainingListener.Progress(
              step,
              options.steps(),
              result.loss(),
              result.gradientNorm(),
              options.learningRate(step - 1),
              tokens,
              tokens / seconds,
              options.imagesPerStep() / seconds,
              pace * (options.steps() - step));
      listener.step(progress);
      log(progress);
      if (run.sampleEvery() > 0 && step % run.sampleEvery() == 0) {
        report();
      }
      if (step % run.checkpointEvery() == 0) {
        checkpoint();
      }
    }
    checkpoint();
    return step;
  }

  private boolean isOver(long start) {
    return run.limit().map(limit -> System.nanoTime() - start >= limit.toNanos()).orElse(false);
  }

  private StepResult step(List<List<Schedule.Example>> passes, long tokens) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> sums = List.of();
      double loss = 0;
      for (List<Schedule.Example> pass : passes) {
        try (TensorScope own = TensorScope.open()) {
          Pass.Result result = pass(pass, tokens);
          loss += result.loss();
          if (sums.isEmpty()) {
            sums = result.gradients();
            sums.forEach(own::keep);
          } else {
            Pass.add(sums, result.gradients());
          }
        }
      }
      double norm = Pass.clip(sums, options.clip());
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        throw new VlmException(
            "the loss of step %d is %s and its gradients' norm %s: nothing can be learnt from that;"
                    .formatted(step + 1, loss, norm)
                + " take a smaller --lr or a longer --warmup, and look at the data");
      }
      optimizer.step(sums, options.learningRate(step), step + 1);
      return new StepResult(loss, norm);
    }
  }

  private Pass.Result pass(List<Schedule.Example> examples, long tokens) {
    return Pass.run(
        trainee,
        parameters,
        () -> data.features(examples.stream().map(Schedule.Example::image).toList()),
        examples.stream().map(Schedule.Example::captions).toList(),
        tokens);
  }

  /** Sample captions, and the loss on other images. */
  private void report() {
    if (run.sampleEvery() == 0) {
      return;
    }
    if (devLoss != null) {
      double loss = devLoss.of(parameters, 0);
      double shuffled = devLoss.of(parameters, 1);
      listener.devLoss(step, loss, shuffled);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("step", step);
      fields.put("dev_loss", loss);
      fields.put("dev_loss_shuffled", shuffled);
      folder.log(fields);
    }
    if (!sampleImages.isEmpty()) {
      List<String> captions = Samples.captions(trainee, parameters, sampleImages);
      IntStream.range(0, captions.size())
          .forEach(i -> listener.sample(step, sampleNames.get(i), captions.get(i)));
    }
  }

  private void log(TrainingListener.Progress progress) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", progress.step());
    fields.put("loss", progress.loss());
    fields.put("gradient_norm", progress.gradientNorm());
    fields.put("learning_rate", progress.learningRate());
    fields.put("tokens", progress.tokens());
    fields.put("tokens_per_s", progress.tokensPerSecond());
    fields.put("images_per_s", progress.imagesPerSecond());
    folder.log(fields);
  }

  private void checkpoint() {
    Checkpoint.write(folder.checkpoint(), step, options.asMap(), parameters, optimizer);
    folder.writeModel(trainee.parts(), trainee.start(), parameters);
    LossPlot.write(folder.logged(), folder.plot());
    listener.checkpoint(step);
  }

  @Override
  public void close() {
    resources.close();
  }

  private record StepResult(double loss, double gradientNorm) {}
}

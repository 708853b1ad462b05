package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import io.vlm4j.models.Resources;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a connector, and what of the language model shall learn with it. The vision encoder stays
 * as it is; the loss is the cross-entropy of the captions' or answers' tokens, ends included.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingOptions options;
  private final TrainingRun run;
  private final TrainingListener listener;
  private final Resources resources;
  private final TrainingFolder folder;
  private final TrainingTask task;
  private final Map<String, String> settings;
  private final Parameters parameters;
  private final AdamW optimizer;
  private int step;

  private Trainer(
      TaskOpener opener,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener,
      Resources resources) {
    this.options = options;
    this.run = run;
    this.listener = listener;
    this.resources = resources;
    this.folder = TrainingFolder.open(run.out(), run.resume(), run.selfContained());
    this.task = resources.own(opener.open());
    this.settings = new LinkedHashMap<>(options.asMap());
    this.settings.putAll(task.settings());
    if (run.resume()) {
      Checkpoint.Restored restored = Checkpoint.read(folder.checkpoint(), settings);
      this.parameters = resources.own(restored.parameters());
      this.optimizer = resources.own(restored.optimizer());
      this.step = restored.step();
    } else {
      try (TensorScope temporary = TensorScope.open()) {
        this.parameters = resources.own(Parameters.of(task.trainee().start()));
        this.optimizer = resources.own(AdamW.of(parameters, options.weightDecay()));
      }
    }
    task.trainee().requireMatch(parameters);
  }

  /**
   * Opens a connector's training; computes the features that are not cached yet.
   *
   * @throws VlmException if data and model do not go together
   */
  public static Trainer open(
      TrainingParts parts,
      CaptionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener) {
    return open(
        () -> CaptionTask.open(parts, what, options, run, listener), options, run, listener);
  }

  /**
   * Opens a training on instructions; computes the features that are not cached yet.
   *
   * @throws VlmException if data and model do not go together
   */
  public static Trainer open(
      TrainingParts parts,
      InstructionTraining what,
      TrainingOptions options,
      TrainingRun run,
      TrainingListener listener) {
    return open(
        () -> InstructionTask.open(parts, what, options, run, listener), options, run, listener);
  }

  private static Trainer open(
      TaskOpener opener, TrainingOptions options, TrainingRun run, TrainingListener listener) {
    return Resources.owning(resources -> new Trainer(opener, options, run, listener, resources));
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
      List<TrainingTask.Reading> readings = task.step(step);
      long tokens = readings.stream().mapToLong(TrainingTask.Reading::tokens).sum();
      int examples = readings.stream().mapToInt(TrainingTask.Reading::examples).sum();
      StepResult result = step(readings, tokens);
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
              examples / seconds,
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

  private StepResult step(List<TrainingTask.Reading> readings, long tokens) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> sums = List.of();
      double loss = 0;
      for (TrainingTask.Reading reading : readings) {
        try (TensorScope own = TensorScope.open()) {
          Pass.Result result = Pass.run(reading, parameters, tokens);
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
      double learningRate = options.learningRate(step);
      optimizer.step(sums, name -> learningRate * task.learningRateFactor(name), step + 1);
      return new StepResult(loss, norm);
    }
  }

  /** Sample texts, and the loss on what is not trained on. */
  private void report() {
    if (run.sampleEvery() == 0) {
      return;
    }
    List<TrainingTask.Reading> dev = task.dev(0);
    if (!dev.isEmpty()) {
      double loss = loss(dev);
      double shuffled = loss(task.dev(1));
      listener.devLoss(step, loss, shuffled);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("step", step);
      fields.put("dev_loss", loss);
      fields.put("dev_loss_shuffled", shuffled);
      folder.log(fields);
    }
    task.samples(parameters).forEach(one -> listener.sample(step, one.name(), one.text()));
  }

  /** The mean over all tokens, in nats. */
  private double loss(List<TrainingTask.Reading> readings) {
    double sum = 0;
    long tokens = 0;
    for (TrainingTask.Reading reading : readings) {
      try (TensorScope scope = TensorScope.open()) {
        sum += reading.predict(parameters).loss(1).toFloats()[0];
      }
      tokens += reading.tokens();
    }
    return sum / tokens;
  }

  private void log(TrainingListener.Progress progress) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", progress.step());
    fields.put("loss", progress.loss());
    fields.put("gradient_norm", progress.gradientNorm());
    fields.put("learning_rate", progress.learningRate());
    fields.put("tokens", progress.tokens());
    fields.put("tokens_per_s", progress.tokensPerSecond());
    fields.put("examples_per_s", progress.examplesPerSecond());
    folder.log(fields);
  }

  private void checkpoint() {
    Checkpoint.write(folder.checkpoint(), step, settings, parameters, optimizer);
    task.trainee().write(folder, parameters);
    LossPlot.write(folder.logged(), folder.plot());
    listener.checkpoint(step);
  }

  @Override
  public void close() {
    resources.close();
  }

  private record StepResult(double loss, double gradientNorm) {}

  /** Opens what a trainer works on. */
  @FunctionalInterface
  private interface TaskOpener {
    TrainingTask open();
  }
}

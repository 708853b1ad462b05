package io.vlm4j.cli;

import io.vlm4j.train.TrainingListener;
import io.vlm4j.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Locale;

/** Tells how a training goes: lines on standard error, or JSON objects on standard output. */
final class TrainingReport implements TrainingListener {
  private final boolean json;
  private final long start = System.nanoTime();

  TrainingReport(boolean json) {
    this.json = json;
  }

  void begins(long parameters, TrainingOptions options) {
    if (json) {
      print(
          new Json()
              .put("event", "begin")
              .put("parameters", parameters)
              .put("steps", options.steps())
              .put("examples_per_step", options.examplesPerStep()));
    } else {
      tell(
          String.format(
              Locale.ROOT,
              "%,d weights learn, in %d steps of %d examples",
              parameters,
              options.steps(),
              options.examplesPerStep()));
    }
  }

  void ends(int done, int steps, Path out) {
    double seconds = (System.nanoTime() - start) / 1e9;
    if (json) {
      print(
          new Json()
              .put("event", "end")
              .put("step", done)
              .put("steps", steps)
              .put("seconds", seconds)
              .put("model", out.toString()));
    } else {
      tell(
          String.format(
              Locale.ROOT,
              "%d of %d steps in %s; the model is in %s",
              done,
              steps,
              clock(seconds),
              out));
    }
  }

  @Override
  public void encoded(int images, int of) {
    if (!json && (images == of || images % 200 < 8)) {
      tell(String.format(Locale.ROOT, "encoded %d of %d images", images, of));
    }
  }

  @Override
  public void step(Progress progress) {
    if (json) {
      print(
          new Json()
              .put("event", "step")
              .put("step", progress.step())
              .put("loss", progress.loss())
              .put("gradient_norm", progress.gradientNorm())
              .put("learning_rate", progress.learningRate())
              .put("tokens_per_s", progress.tokensPerSecond())
              .put("examples_per_s", progress.examplesPerSecond())
              .put("seconds_left", progress.secondsLeft()));
    } else {
      tell(
          String.format(
              Locale.ROOT,
              "step %d/%d  loss %.4f  norm %.3f  lr %.2e  %.0f tokens/s  %.2f examples/s  %s left",
              progress.step(),
              progress.steps(),
              progress.loss(),
              progress.gradientNorm(),
              progress.learningRate(),
              progress.tokensPerSecond(),
              progress.examplesPerSecond(),
              clock(progress.secondsLeft())));
    }
  }

  @Override
  public void devLoss(int step, double loss, double shuffled) {
    if (json) {
      print(
          new Json()
              .put("event", "dev")
              .put("step", step)
              .put("loss", loss)
              .put("loss_shuffled", shuffled));
    } else {
      tell(
          String.format(
              Locale.ROOT,
              "step %d  dev loss %.4f, with shuffled images %.4f",
              step,
              loss,
              shuffled));
    }
  }

  @Override
  public void sample(int step, String image, String caption) {
    if (json) {
      print(
          new Json()
              .put("event", "sample")
              .put("step", step)
              .put("image", image)
              .put("caption", caption));
    } else {
      tell(String.format(Locale.ROOT, "step %d  %s: %s", step, image, caption));
    }
  }

  @Override
  public void checkpoint(int step) {
    if (json) {
      print(new Json().put("event", "checkpoint").put("step", step));
    }
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  private static void print(Json line) {
    System.out.println(line);
  }

  private static void tell(String line) {
    System.err.println(line);
  }
}

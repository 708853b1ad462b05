package io.vlm4j.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error while a terminal shows it, and nothing otherwise. */
public final class Progress implements AutoCloseable {
  private static final int STEPS = 100;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** A bar for the weights of a model. */
  static Progress loading() {
    return of("Loading", STEPS);
  }

  /** A bar for a number of images. */
  public static Progress images(int count) {
    return of("Images", count);
  }

  /** The share that is done, from 0 to 1. */
  void share(double share) {
    if (bar != null) {
      bar.stepTo(Math.round(share * STEPS));
    }
  }

  /** One more is done. */
  public void step() {
    step(1);
  }

  /** So many more are done. */
  void step(int count) {
    if (bar != null) {
      bar.stepBy(count);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** A bar for a number of steps; none for a single one. */
  public static Progress of(String task, long steps) {
    if (steps < 2) {
      return new Progress(null);
    }
    // The launcher says whether standard error is a terminal; the JVM only knows of standard input
    // and output together.
    if (!"true".equals(System.getenv("VLM_STDERR_TTY"))) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .clearDisplayOnFinish()
            .build());
  }
}

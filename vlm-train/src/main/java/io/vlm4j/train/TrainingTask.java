package io.vlm4j.train;

import java.util.List;
import java.util.Map;

/** What a trainer works on: which weights learn, from what, and what is written in the end. */
interface TrainingTask extends AutoCloseable {
  /** The model that learns. */
  Trainee trainee();

  /** What must be the same when a run goes on, beside the {@link TrainingOptions}. */
  Map<String, String> settings();

  /** A weight's learning rate, as a share of {@link TrainingOptions#learningRate()}. */
  default double learningRateFactor(String weight) {
    return 1;
  }

  /**
   * The passes of a step; a function of the step alone.
   *
   * @param step counted from 0
   */
  List<Reading> step(int step);

  /**
   * All that is not trained on, to take the loss of; empty if there is nothing.
   *
   * @param shift how many images further the image stands that a text is shown with
   */
  List<Reading> dev(int shift);

  /** Texts by the model of the moment. */
  List<Sample> samples(Parameters parameters);

  @Override
  void close();

  /** Images and texts that are read in one pass. */
  interface Reading {
    /** How many images or conversations there are. */
    int examples();

    /** How many tokens are learnt. */
    long tokens();

    /** Runs the model; the result belongs to the caller's scope. */
    Prediction predict(Parameters parameters);
  }

  /**
   * A text by the model of the moment.
   *
   * @param name of the image or the conversation
   */
  record Sample(String name, String text) {}
}

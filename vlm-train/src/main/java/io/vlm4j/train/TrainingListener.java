package io.vlm4j.train;

/** Is told how a training goes. */
public interface TrainingListener {
  /** So many of the images have their features. */
  default void encoded(int images, int of) {}

  /** A step is done. */
  default void step(Progress progress) {}

  /** Loss on images that are not trained on. */
  default void devLoss(int step, double loss, double shuffled) {}

  /** A text by the model of the moment, about an image or of a conversation. */
  default void sample(int step, String name, String text) {}

  /** A checkpoint was written. */
  default void checkpoint(int step) {}

  /**
   * How far a training is.
   *
   * @param step how many steps are done
   * @param steps of how many
   * @param loss of the step, in nats a token
   * @param gradientNorm before clipping
   * @param learningRate of the step
   * @param tokens that the step learnt
   * @param tokensPerSecond of the step
   * @param examplesPerSecond images or conversations of the step
   * @param secondsLeft at the mean pace of this run
   */
  record Progress(
      int step,
      int steps,
      double loss,
      double gradientNorm,
      double learningRate,
      long tokens,
      double tokensPerSecond,
      double examplesPerSecond,
      double secondsLeft) {}
}

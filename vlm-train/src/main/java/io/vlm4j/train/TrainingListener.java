package io.vlm4j.train;

/** Is told how a training goes. */
public interface TrainingListener {
  /** So many of the images have their features. */
  default void encoded(int images, int of) {}

  /** A step is done. */
  default void step(Progress progress) {}

  /** Loss on images that are not trained on. */
  default void devLoss(int step, double loss, double shuffled) {}

  /** A caption by the model of the moment. */
  default void sample(int step, String image, String caption) {}

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
   * @param tokens of the step's captions
   * @param tokensPerSecond of the step
   * @param imagesPerSecond of the step
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
      double imagesPerSecond,
      double secondsLeft) {}
}

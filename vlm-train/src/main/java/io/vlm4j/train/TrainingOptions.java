package io.vlm4j.train;

import io.vlm4j.error.InvalidOptionException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How to train.
 *
 * @param steps steps of the optimizer
 * @param batch images of one pass
 * @param accumulate passes of one step
 * @param learningRate the largest
 * @param warmup steps in which the learning rate grows from 0; then it falls along a cosine to 0
 * @param clip the largest norm of all gradients together; 0 for no limit
 * @param weightDecay of matrices; biases, norms and gates have none
 * @param seed of the order of images, the choice of captions, and new weights
 */
public record TrainingOptions(
    int steps,
    int batch,
    int accumulate,
    double learningRate,
    int warmup,
    double clip,
    double weightDecay,
    long seed) {
  /** Checks the numbers. */
  public TrainingOptions {
    require(steps >= 1, "steps", steps, "1 or more");
    require(batch >= 1, "batch", batch, "1 or more");
    require(accumulate >= 1, "accumulate", accumulate, "1 or more");
    require(learningRate > 0 && learningRate < 10, "lr", learningRate, "more than 0, less than 10");
    require(warmup >= 0, "warmup", warmup, "0 or more");
    require(clip >= 0 && clip < Double.POSITIVE_INFINITY, "clip", clip, "0 or more");
    require(weightDecay >= 0 && weightDecay < 1, "weight-decay", weightDecay, "0 to less than 1");
  }

  /** Images or conversations of one step. */
  public int examplesPerStep() {
    return Math.multiplyExact(batch, accumulate);
  }

  /**
   * The learning rate of a step.
   *
   * @param step counted from 0
   */
  double learningRate(int step) {
    if (step < warmup) {
      return learningRate * (step + 1) / warmup;
    }
    double done = (double) (step - warmup) / Math.max(1, steps - warmup);
    return learningRate * 0.5 * (1 + Math.cos(Math.PI * done));
  }

  /** What must be the same when a run goes on. */
  Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("steps", Integer.toString(steps));
    map.put("batch", Integer.toString(batch));
    map.put("accumulate", Integer.toString(accumulate));
    map.put("lr", Double.toString(learningRate));
    map.put("warmup", Integer.toString(warmup));
    map.put("clip", Double.toString(clip));
    map.put("weight_decay", Double.toString(weightDecay));
    map.put("seed", Long.toString(seed));
    return map;
  }

  private static void require(boolean holds, String name, Number value, String allowed) {
    if (!holds) {
      throw new InvalidOptionException(name + " is " + value + "; expected " + allowed);
    }
  }
}

package io.vlm4j.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which captions of which images are read in which step: a function of the seed and the step alone,
 * so that a run that goes on reads what an unbroken one would have.
 */
final class Schedule {
  private final TrainingOptions options;
  private final int captionsPerImage;
  private final List<List<int[]>> captions;
  private int orderedEpoch = -1;
  private List<Integer> order = List.of();

  /**
   * @param captionsPerImage how many are read together; 0 for all
   * @param captions for each image the tokens of its captions
   */
  Schedule(TrainingOptions options, int captionsPerImage, List<List<int[]>> captions) {
    this.options = options;
    this.captionsPerImage = captionsPerImage;
    this.captions = captions;
  }

  /** The passes of a step, each some images. */
  List<List<Example>> step(int step) {
    List<List<Example>> passes = new ArrayList<>();
    long first = (long) step * options.examplesPerStep();
    for (int pass = 0; pass < options.accumulate(); pass++) {
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < options.batch(); i++) {
        examples.add(example(first + (long) pass * options.batch() + i));
      }
      passes.add(examples);
    }
    return passes;
  }

  private Example example(long index) {
    int epoch = Math.toIntExact(index / captions.size());
    int image = order(epoch).get((int) (index % captions.size()));
    List<int[]> own = captions.get(image);
    if (captionsPerImage == 0 || captionsPerImage >= own.size()) {
      return new Example(image, own);
    }
    List<int[]> shuffled = new ArrayList<>(own);
    Collections.shuffle(shuffled, new Random(mix(options.seed(), epoch, image + 1)));
    return new Example(image, shuffled.subList(0, captionsPerImage));
  }

  private List<Integer> order(int epoch) {
    if (epoch != orderedEpoch) {
      order = new ArrayList<>(IntStream.range(0, captions.size()).boxed().toList());
      Collections.shuffle(order, new Random(mix(options.seed(), epoch, 0)));
      orderedEpoch = epoch;
    }
    return order;
  }

  /** A seed of its own for each epoch and image. */
  static long mix(long seed, int epoch, int image) {
    return (seed * 1_000_003 + epoch) * 1_000_003 + image;
  }

  /**
   * An image with some of its captions.
   *
   * @param image its index
   * @param captions tokens of each, without the end token
   */
  record Example(int image, List<int[]> captions) {}
}

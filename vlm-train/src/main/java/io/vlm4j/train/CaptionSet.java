package io.vlm4j.train;

import io.vlm4j.models.Resources;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images as features, and their captions as tokens.
 *
 * @param images all of them have captions
 * @param captions for each image the tokens of its captions
 */
record CaptionSet(CachedFeatures images, List<List<int[]>> captions) implements AutoCloseable {
  /** Reads the captions and computes the features that are not cached yet. */
  static CaptionSet open(
      Trainee trainee, CaptionedImages source, TrainingRun run, TrainingListener listener) {
    return Resources.owning(
        resources -> {
          CachedFeatures images = resources.own(CachedFeatures.open(trainee, source.images(), run));
          List<List<int[]>> captions =
              source.captionsOf(images.names()).stream()
                  .map(own -> own.stream().map(trainee::tokens).toList())
                  .toList();
          images.fill(IntStream.range(0, captions.size()), listener);
          return new CaptionSet(images, captions);
        });
  }

  @Override
  public void close() {
    images.close();
  }
}

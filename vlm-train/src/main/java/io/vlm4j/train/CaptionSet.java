package io.vlm4j.train;

import io.vlm4j.data.ImageSource;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;

/** Images as features, and their captions as tokens. */
final class CaptionSet implements AutoCloseable {
  private static final int ENCODED_TOGETHER = 8;

  private final ImageSource images;
  private final List<String> names;
  private final List<List<int[]>> captions;
  private final FeatureCache cache;
  private final Resources resources;

  private CaptionSet(
      Trainee trainee,
      CaptionedImages source,
      TrainingRun run,
      TrainingListener listener,
      Resources resources) {
    this.resources = resources;
    this.images = resources.own(ImageSource.open(source.images()));
    this.names = source.names(images);
    this.captions =
        source.captionsOf(names).stream()
            .map(own -> own.stream().map(trainee::tokens).toList())
            .toList();
    Path file = run.cache().resolve(CacheKey.of(trainee.parts(), source, run.cacheType()));
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures example = trainee.features(List.of(image(names.get(0))));
      this.cache = resources.own(FeatureCache.open(file, example, names.size(), run.cacheType()));
    }
    cache.fill(
        ENCODED_TOGETHER,
        some -> trainee.features(some.stream().map(i -> image(names.get(i))).toList()),
        done -> listener.encoded(done, names.size()));
  }

  /** Reads the captions and computes the features that are not cached yet. */
  static CaptionSet open(
      Trainee trainee, CaptionedImages source, TrainingRun run, TrainingListener listener) {
    return Resources.owning(resources -> new CaptionSet(trainee, source, run, listener, resources));
  }

  List<String> names() {
    return names;
  }

  Image image(String name) {
    return images.read(name);
  }

  /** For each image the tokens of its captions. */
  List<List<int[]>> captions() {
    return captions;
  }

  /** What the connector sees of some images. */
  ImageFeatures features(List<Integer> some) {
    return cache.read(some);
  }

  @Override
  public void close() {
    resources.close();
  }
}

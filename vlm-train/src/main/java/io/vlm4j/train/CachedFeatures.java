package io.vlm4j.train;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Images of a folder or a zip file, and their features, each computed once. */
final class CachedFeatures implements AutoCloseable {
  private static final int ENCODED_TOGETHER = 8;

  private final PooledEncoder encoder;
  private final ImageSource images;
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();
  private final FeatureCache cache;
  private final Resources resources;

  private CachedFeatures(Trainee trainee, Path source, TrainingRun run, Resources resources) {
    this.encoder = trainee.encoder();
    this.resources = resources;
    this.images = resources.own(ImageSource.open(source));
    this.names = images.names();
    if (names.isEmpty()) {
      throw new InvalidImageException(source + " holds no images; expected a folder or a zip file");
    }
    for (String name : names) {
      places.put(name, places.size());
    }
    Path file = run.cache().resolve(CacheKey.of(trainee.parts(), source, run.cacheType()));
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures example = encoder.features(List.of(image(names.get(0))));
      this.cache = resources.own(FeatureCache.open(file, example, names.size(), run.cacheType()));
    }
  }

  /** Opens images, and the file of those features that are there already. */
  static CachedFeatures open(Trainee trainee, Path images, TrainingRun run) {
    return Resources.owning(resources -> new CachedFeatures(trainee, images, run, resources));
  }

  /** Computes the features of some images, by their places, that are not there yet. */
  void fill(IntStream wanted, TrainingListener listener) {
    cache.fill(
        wanted.distinct().sorted().boxed().toList(),
        ENCODED_TOGETHER,
        some -> encoder.features(some.stream().map(i -> image(names.get(i))).toList()),
        listener::encoded);
  }

  List<String> names() {
    return names;
  }

  /** Where an image is among the names. */
  int place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new InvalidImageException(images + " has no image " + name);
    }
    return place;
  }

  Image image(String name) {
    return images.read(name);
  }

  /** What the connector sees of some images, by their places. */
  ImageFeatures features(List<Integer> some) {
    return cache.read(some);
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.vlm4j.models.twostream;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.Regions;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.Optional;

/**
 * The regions of an image as the model takes them. The tensors belong to the scope that was open
 * when they were made.
 *
 * @param features float32 [1, N, F]
 * @param locations float32 [1, N, P]: where each is, relative to the image's size; nothing for a
 *     model that does not look at it
 * @param mask 1 for each region that others may look at, 0 for padding
 * @param segments the segment of each, which only VisualBERT looks at
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
public record RegionInputs(
    Tensor features, Optional<Tensor> locations, float[] mask, int[] segments) {
  /** Checks that the parts are of one number of regions. */
  public RegionInputs {
    int count = features.size(1);
    requireSome(count);
    if (mask.length != count
        || segments.length != count
        || locations.map(l -> l.size(1) != count).orElse(false)) {
      throw new InvalidPromptException(
          "%d regions with %d locations, %d segments and a mask of %d; expected as many of each"
              .formatted(
                  count,
                  locations.map(l -> l.size(1)).orElse(count),
                  segments.length,
                  mask.length));
    }
  }

  /** Regions of which none is padding, in one segment. */
  static RegionInputs of(Tensor features, Optional<Tensor> locations, int segment) {
    int[] segments = new int[features.size(1)];
    Arrays.fill(segments, segment);
    return new RegionInputs(features, locations, TextTokens.ones(segments.length), segments);
  }

  /** N. */
  public int count() {
    return features.size(1);
  }

  /** How many regions are no padding. */
  int present() {
    return TextTokens.present(mask);
  }

  /** Attention over nothing is not defined. */
  static void requireSome(int count) {
    if (count == 0) {
      throw new InvalidPromptException(
          "the image has no regions; the model needs at least one, so let the detector return"
              + " less certain ones");
    }
  }

  /** The features are as wide as the model takes them. */
  static void requireFeatureSize(RegionInputs inputs, int expected) {
    int width = inputs.features.size(2);
    if (width != expected) {
      throw new InvalidPromptException(
          "a region has %d features, but the model takes %d".formatted(width, expected));
    }
  }

  /** Traces the inputs under the reference's names. */
  void record(String featuresName, String locationsName) {
    Trace.record(featuresName, () -> features);
    locations.ifPresent(known -> Trace.record(locationsName, () -> known));
    Trace.record("visual_attention_mask", mask, 1, mask.length);
  }

  /** A model that was trained with other numbers than a box's cannot read boxes. */
  static void requireLocationSize(int given, int expected) {
    if (given != expected) {
      throw new InvalidPromptException(
          "a region's location has %d numbers, but the model takes %d".formatted(given, expected));
    }
  }

  /** The locations of a model that looks at them. */
  static Tensor locations(RegionInputs inputs, int size) {
    Tensor locations =
        inputs
            .locations()
            .orElseThrow(
                () -> new InvalidPromptException("the model also takes the regions' locations"));
    requireLocationSize(locations.size(2), size);
    return locations;
  }

  /** Left, upper, right and lower edge of each region as shares of the image's size, [1, N, 4]. */
  static Tensor relativeBoxes(Regions regions) {
    float[] edges = new float[4 * regions.count()];
    for (int i = 0; i < regions.count(); i++) {
      Box box = regions.boxes().get(i);
      edges[4 * i] = box.xMin() / regions.imageWidth();
      edges[4 * i + 1] = box.yMin() / regions.imageHeight();
      edges[4 * i + 2] = box.xMax() / regions.imageWidth();
      edges[4 * i + 3] = box.yMax() / regions.imageHeight();
    }
    return Tensor.of(edges, 1, regions.count(), 4);
  }
}

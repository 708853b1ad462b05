package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import io.vlm4j.image.Image;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds things of the classes that it was trained on. What it finds are also the regions that
 * two-stream models look at. Immutable and thread-safe after it is loaded; {@link #close()} frees
 * its native memory.
 *
 * <pre>{@code
 * try (ObjectDetector detector = ObjectDetector.load(Path.of("detr-resnet-50"), LoadOptions.DEFAULT)) {
 *   detector.detect(image);
 * }
 * }</pre>
 */
public interface ObjectDetector extends RegionEncoder {
  /**
   * Opens a model folder.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws io.vlm4j.error.UnsupportedModelException if it holds no model of this kind
   */
  static ObjectDetector load(Path folder, LoadOptions options) {
    return ObjectDetectors.load(folder, options);
  }

  /** What the model's own configuration says counts as a detection. */
  DetectionOptions defaults();

  /** The names of the classes by their {@code labelId}; "background" may be among them. */
  List<String> labels();

  /** Finds things by the model's own {@link #defaults()}. */
  default List<Detection> detect(Image image) {
    return detect(image, defaults());
  }

  /**
   * Finds things.
   *
   * @return the best first; empty if nothing is found
   * @throws io.vlm4j.error.InvalidModelException if scores or boxes are not numbers
   */
  default List<Detection> detect(Image image, DetectionOptions options) {
    return detect(List.of(image), options).get(0);
  }

  /**
   * Finds things in several images side by side. Smaller images are padded to the size of the
   * largest, as the reference does, so that numbers may differ slightly from those of an image
   * alone.
   *
   * @return for each image the best first
   * @throws io.vlm4j.error.InvalidModelException if scores or boxes are not numbers
   */
  List<List<Detection>> detect(List<Image> images, DetectionOptions options);
}

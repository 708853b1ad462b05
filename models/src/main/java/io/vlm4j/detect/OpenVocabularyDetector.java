package io.vlm4j.detect;

import io.vlm4j.LoadOptions;
import io.vlm4j.image.Image;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds what texts describe, or what another image shows. Immutable and thread-safe after it is
 * loaded; {@link #close()} frees its native memory.
 *
 * <pre>{@code
 * try (OpenVocabularyDetector detector =
 *     OpenVocabularyDetector.load(Path.of("owlv2-base-patch16-ensemble"), LoadOptions.DEFAULT)) {
 *   detector.detect(image, List.of("a photo of a cat"), DetectionOptions.DEFAULT);
 * }
 * }</pre>
 */
public interface OpenVocabularyDetector extends AutoCloseable {
  /**
   * Opens a model folder in the hub's layout.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws io.vlm4j.error.UnsupportedModelException if it holds no model of this kind
   */
  static OpenVocabularyDetector load(Path folder, LoadOptions options) {
    return OpenVocabularyDetectors.load(folder, options);
  }

  /**
   * Finds what texts describe. Each place of the image shows at most the one text that fits best.
   *
   * @param queries for example "a photo of a cat"; a detection's label is its query
   * @return the best first; empty if nothing is found
   * @throws io.vlm4j.error.InvalidPromptException if there is no query, or one is blank or too long
   * @throws io.vlm4j.error.InvalidModelException if scores are not numbers
   */
  List<Detection> detect(Image image, List<String> queries, DetectionOptions options);

  /**
   * Finds what looks like the main thing in another image (one-shot detection).
   *
   * @return the best first, with empty labels; scores are relative to the best one's, which is 1;
   *     empty if nothing is found
   * @throws io.vlm4j.error.InvalidModelException if scores are not numbers
   */
  List<Detection> detectLike(Image image, Image queryImage, DetectionOptions options);

  /**
   * Finds whatever is an object, of any kind.
   *
   * @return the best first, with empty labels; empty if nothing is found
   * @throws io.vlm4j.error.UnsupportedModelException if the model knows no objectness (OWL-ViT)
   * @throws io.vlm4j.error.InvalidModelException if scores are not numbers
   */
  List<Detection> detectObjects(Image image, DetectionOptions options);

  @Override
  void close();
}

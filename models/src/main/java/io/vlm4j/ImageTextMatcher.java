package io.vlm4j;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.models.HubCache;
import java.nio.file.Path;
import java.util.List;

/**
 * A dual encoder that can also read a text while it looks at an image, and says whether the two
 * match: slower than comparing embeddings and more exact, so it is for the few that embeddings have
 * found.
 *
 * <pre>{@code
 * try (ImageTextMatcher matcher = ImageTextMatcher.load(Path.of("blip-itm-base-coco"))) {
 *   double probability = matcher.match(Image.read(photo), "two dogs on a beach");
 * }
 * }</pre>
 */
public interface ImageTextMatcher extends DualEncoder {
  /**
   * Opens a model folder in the hub's layout.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws UnsupportedModelException if it holds no model with an image-text matching head
   */
  static ImageTextMatcher load(Path folder) {
    return load(folder, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  static ImageTextMatcher load(Path folder, LoadOptions options) {
    DualEncoder encoder = DualEncoder.load(folder, options);
    if (encoder instanceof ImageTextMatcher matcher) {
      return matcher;
    }
    encoder.close();
    throw new UnsupportedModelException(
        folder + " has no image-text matching head; DualEncoder.load opens it for embeddings");
  }

  /**
   * Opens a folder, or a model of the hub that is already in the local hub cache.
   *
   * @param folderOrHubId for example {@code Salesforce/blip2-itm-vit-g}
   */
  static ImageTextMatcher load(String folderOrHubId, LoadOptions options) {
    return load(HubCache.resolve(folderOrHubId), options);
  }

  /** The probability, from 0 to 1, that a text describes an image. */
  default double match(Image image, String text) {
    return match(image, List.of(text))[0];
  }

  /**
   * The probabilities of several texts, each for itself; the image is encoded once.
   *
   * @return one for each text, from 0 to 1; they need not sum to 1
   * @throws io.vlm4j.error.InvalidPromptException if a text is too long for the model
   */
  double[] match(Image image, List<String> texts);
}

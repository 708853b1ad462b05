package io.vlm4j;

import io.vlm4j.image.Image;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import java.nio.file.Path;

/**
 * A model that puts images and texts into one space, where those that belong together lie close:
 * for retrieval and for choosing among texts. Immutable and thread-safe after it is loaded; {@link
 * #close()} frees its native memory.
 *
 * <pre>{@code
 * try (DualEncoder encoder = DualEncoder.load(Path.of("blip-itm-base-coco"))) {
 *   ImageTextEmbedding dog = encoder.embed("a photo of a dog");
 *   double cosine = encoder.embed(Image.read(photo)).similarity(dog);
 * }
 * }</pre>
 */
public interface DualEncoder extends AutoCloseable {
  /**
   * Opens a model folder in the hub's layout.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws io.vlm4j.error.UnsupportedModelException if it holds no model of this kind
   */
  static DualEncoder load(Path folder) {
    return load(folder, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  static DualEncoder load(Path folder, LoadOptions options) {
    return DualEncoders.load(ModelFolder.open(folder), options);
  }

  /**
   * Opens a folder, or a model of the hub that is already in the local hub cache.
   *
   * @param folderOrHubId for example {@code Salesforce/blip-itm-base-coco}
   */
  static DualEncoder load(String folderOrHubId, LoadOptions options) {
    return load(HubCache.resolve(folderOrHubId), options);
  }

  /**
   * Where an image lies.
   *
   * @throws io.vlm4j.error.UnsupportedModelException if the checkpoint holds the text side alone
   */
  ImageTextEmbedding embed(Image image);

  /**
   * Where a text lies.
   *
   * @throws io.vlm4j.error.InvalidPromptException if the text is too long for the model
   * @throws io.vlm4j.error.UnsupportedModelException if the checkpoint holds the image side alone
   */
  ImageTextEmbedding embed(String text);

  /** The cosine between an image and a text, from -1 to 1; the greater, the closer. */
  default double similarity(Image image, String text) {
    return embed(image).similarity(embed(text));
  }

  @Override
  void close();
}

package io.vlm4j;

import io.vlm4j.image.Image;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model that puts images and texts into one space, where those that belong together lie close:
 * for retrieval and for choosing among texts. Immutable and thread-safe after it is loaded; {@link
 * #close()} frees its native memory.
 *
 * <pre>{@code
 * try (DualEncoder encoder = DualEncoder.load(Path.of("clip-vit-base-patch32"))) {
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
   * @param folderOrHubId for example {@code openai/clip-vit-base-patch32}
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
   * Where a text lies. Of a text that is too long, CLIP and SigLIP read the beginning, as their
   * tokenizers do.
   *
   * @throws io.vlm4j.error.InvalidPromptException if the text is too long for another model
   * @throws io.vlm4j.error.UnsupportedModelException if the checkpoint holds the image side alone
   */
  ImageTextEmbedding embed(String text);

  /** Where images lie; as {@link #embed(Image)} of each, computed together. */
  default List<ImageTextEmbedding> embedImages(List<Image> images) {
    return images.stream().map(this::embed).toList();
  }

  /** Where texts lie; as {@link #embed(String)} of each, computed together. */
  default List<ImageTextEmbedding> embedTexts(List<String> texts) {
    return texts.stream().map(this::embed).toList();
  }

  /** How cosines become logits; empty for models that did not learn it. */
  default Optional<SimilarityScale> similarityScale() {
    return Optional.empty();
  }

  /**
   * What the model says of each image with each text.
   *
   * @return [images][texts]
   * @throws io.vlm4j.error.UnsupportedModelException if it has no {@link #similarityScale()}
   */
  default double[][] logitsPerImage(List<Image> images, List<String> texts) {
    return SimilarityLogits.of(this, embedImages(images), embedTexts(texts));
  }

  /**
   * As {@link #logitsPerImage}, by text.
   *
   * @return [texts][images]
   */
  default double[][] logitsPerText(List<Image> images, List<String> texts) {
    return SimilarityLogits.of(this, embedTexts(texts), embedImages(images));
  }

  /** The cosine between an image and a text, from -1 to 1; the greater, the closer. */
  default double similarity(Image image, String text) {
    return embed(image).similarity(embed(text));
  }

  @Override
  void close();
}

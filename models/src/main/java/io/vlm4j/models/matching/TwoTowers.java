package io.vlm4j.models.matching;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.SimilarityScale;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.Optional;

/** A tower for images and one for texts; a checkpoint may hold either alone. */
public class TwoTowers implements DualEncoder {
  private final Optional<ImageTower> images;
  private final Optional<TextTower> texts;
  private final Optional<SimilarityScale> scale;
  private final Resources resources;

  /**
   * Joins towers whose cosines stay as they are.
   *
   * @param resources closed with this model
   */
  public TwoTowers(Optional<ImageTower> images, Optional<TextTower> texts, Resources resources) {
    this(images, texts, Optional.empty(), resources);
  }

  /**
   * Joins the towers.
   *
   * @param scale what becomes of cosines
   * @param resources closed with this model
   */
  public TwoTowers(
      Optional<ImageTower> images,
      Optional<TextTower> texts,
      Optional<SimilarityScale> scale,
      Resources resources) {
    this.images = images;
    this.texts = texts;
    this.scale = scale;
    this.resources = resources;
  }

  @Override
  public final ImageTextEmbedding embed(Image image) {
    return embedImages(List.of(image)).get(0);
  }

  @Override
  public final ImageTextEmbedding embed(String text) {
    return embedTexts(List.of(text)).get(0);
  }

  @Override
  public final List<ImageTextEmbedding> embedImages(List<Image> pictures) {
    return EmbeddingBatches.of(pictures, batch -> embeddings(imageTower(), batch));
  }

  @Override
  public final List<ImageTextEmbedding> embedTexts(List<String> words) {
    return EmbeddingBatches.of(words, batch -> textTower().embed(batch));
  }

  @Override
  public final Optional<SimilarityScale> similarityScale() {
    return scale;
  }

  @Override
  public final void close() {
    resources.close();
  }

  /**
   * One pass over images and texts, for comparison with a reference: what an open {@link Trace}
   * shows of it are the tensors of the path that a user runs.
   *
   * @param words may be empty, for a checkpoint that holds the image side alone
   */
  public final void compare(List<Image> pictures, List<String> words) {
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures features = imageTower().features(pictures);
      List<ImageTextEmbedding> seen = imageTower().embed(features);
      if (!words.isEmpty()) {
        textTower().tokens(words).record();
        record(seen, textTower().embed(words));
        comparePairs(features, words);
      }
    }
  }

  /** Records what the model says of each image with the text of the same place. */
  void comparePairs(ImageFeatures features, List<String> words) {}

  final ImageTower imageTower() {
    return images.orElseThrow(
        () -> new UnsupportedModelException("this checkpoint holds no tower for images"));
  }

  final TextTower textTower() {
    return texts.orElseThrow(
        () -> new UnsupportedModelException("this checkpoint holds no tower for texts"));
  }

  private static List<ImageTextEmbedding> embeddings(ImageTower tower, List<Image> pictures) {
    try (TensorScope scope = TensorScope.open()) {
      return tower.embed(tower.features(pictures));
    }
  }

  private void record(List<ImageTextEmbedding> pictures, List<ImageTextEmbedding> words) {
    int rows = pictures.size();
    int columns = words.size();
    float[] cosines = new float[rows * columns];
    float[] vectors = new float[columns * words.get(0).size()];
    for (int j = 0; j < columns; j++) {
      ImageTextEmbedding word = words.get(j);
      System.arraycopy(word.vector(0), 0, vectors, j * word.size(), word.size());
      for (int i = 0; i < rows; i++) {
        cosines[i * columns + j] = (float) pictures.get(i).similarity(word);
      }
    }
    Trace.record("text_embeds", vectors, columns, words.get(0).size());
    Trace.record("itc_cosine", cosines, rows, columns);
    scale.ifPresent(learned -> recordLogits(learned, cosines, rows, columns));
  }

  private static void recordLogits(SimilarityScale scale, float[] cosines, int rows, int columns) {
    float[] perImage = new float[cosines.length];
    float[] perText = new float[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      perImage[i] = (float) scale.logit(cosines[i]);
      perText[i % columns * rows + i / columns] = perImage[i];
    }
    Trace.record("logits_per_image", perImage, rows, columns);
    Trace.record("logits_per_text", perText, columns, rows);
  }
}

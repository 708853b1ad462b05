package io.vlm4j.models.matching;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
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
  private final Resources resources;

  /**
   * Joins the towers.
   *
   * @param resources closed with this model
   */
  public TwoTowers(Optional<ImageTower> images, Optional<TextTower> texts, Resources resources) {
    this.images = images;
    this.texts = texts;
    this.resources = resources;
  }

  @Override
  public final ImageTextEmbedding embed(Image image) {
    try (TensorScope scope = TensorScope.open()) {
      return imageTower().embed(imageTower().features(List.of(image))).get(0);
    }
  }

  @Override
  public final ImageTextEmbedding embed(String text) {
    return textTower().embed(text);
  }

  @Override
  public final void close() {
    resources.close();
  }

  /**
   * One pass over images and texts, for comparison with a reference: what an open {@link Trace}
   * shows of it are the tensors of the path that a user runs.
   */
  public final void compare(List<Image> pictures, List<String> words) {
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures features = imageTower().features(pictures);
      record(imageTower().embed(features), words.stream().map(this::embed).toList());
      PaddedTexts.record(textTower().tokenizer(), words);
      comparePairs(features, words);
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

  private static void record(List<ImageTextEmbedding> pictures, List<ImageTextEmbedding> words) {
    float[] cosines = new float[pictures.size() * words.size()];
    float[] vectors = new float[words.size() * words.get(0).size()];
    for (int j = 0; j < words.size(); j++) {
      ImageTextEmbedding word = words.get(j);
      System.arraycopy(word.vector(0), 0, vectors, j * word.size(), word.size());
      for (int i = 0; i < pictures.size(); i++) {
        cosines[i * words.size() + j] = (float) pictures.get(i).similarity(word);
      }
    }
    Trace.record("text_embeds", vectors, words.size(), words.get(0).size());
    Trace.record("itc_cosine", cosines, pictures.size(), words.size());
  }
}

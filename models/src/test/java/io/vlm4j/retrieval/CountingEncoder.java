package io.vlm4j.retrieval;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.image.Image;
import java.util.List;

/** Counts the images that a model embeds, and may stop after some. */
final class CountingEncoder implements DualEncoder {
  private final DualEncoder model;
  private int most = Integer.MAX_VALUE;
  private int count;

  CountingEncoder(DualEncoder model) {
    this.model = model;
  }

  /** From now on it fails, as a killed process does, when more images come. */
  void failAfter(int images) {
    most = images;
    count = 0;
  }

  /** Images since the last call, apart from single ones. */
  int takeCount() {
    int counted = count;
    count = 0;
    return counted;
  }

  @Override
  public ImageTextEmbedding embed(Image image) {
    return model.embed(image);
  }

  @Override
  public ImageTextEmbedding embed(String text) {
    return model.embed(text);
  }

  @Override
  public List<ImageTextEmbedding> embedImages(List<Image> images) {
    count += images.size();
    if (count > most) {
      throw new IllegalStateException("killed");
    }
    return model.embedImages(images);
  }

  @Override
  public void close() {
    model.close();
  }
}

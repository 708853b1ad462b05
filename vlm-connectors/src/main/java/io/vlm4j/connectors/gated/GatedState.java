package io.vlm4j.connectors.gated;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A sequence and the images that it looks at. */
final class GatedState implements DecodeState {
  private final DecodeState sequence;
  private List<ImageContexts> images;
  private VisibleImages visible;

  GatedState(DecodeState sequence) {
    this(sequence, List.of(), VisibleImages.NOWHERE);
  }

  private GatedState(DecodeState sequence, List<ImageContexts> images, VisibleImages visible) {
    this.sequence = sequence;
    this.images = images;
    this.visible = visible;
  }

  /** Shows these images; those that are seen already at the same place are kept. */
  void attend(GatedLayers layers, List<Tensor> tensors, VisibleImages nowVisible) {
    List<ImageContexts> shown = new ArrayList<>();
    try {
      boolean same = true;
      for (Tensor tensor : tensors) {
        int place = shown.size();
        boolean known = place < images.size() && images.get(place).isOf(tensor);
        same &= known;
        ImageContexts before = layers.allPrevious() && place > 0 ? shown.get(place - 1) : null;
        shown.add(
            known && (same || !layers.allPrevious())
                ? images.get(place).shared()
                : ImageContexts.of(tensor, layers, before));
      }
    } catch (RuntimeException e) {
      shown.forEach(ImageContexts::release);
      throw e;
    }
    images.forEach(ImageContexts::release);
    images = shown;
    visible = nowVisible;
  }

  DecodeState sequence() {
    return sequence;
  }

  VisibleImages visible() {
    return visible;
  }

  ImageContexts image(int index) {
    return images.get(index);
  }

  @Override
  public int batch() {
    return sequence.batch();
  }

  @Override
  public int length() {
    return sequence.length();
  }

  @Override
  public int capacity() {
    return sequence.capacity();
  }

  @Override
  public DecodeState select(int[] rows, int capacity) {
    DecodeState chosen = sequence.select(rows, capacity);
    return new GatedState(chosen, images.stream().map(ImageContexts::shared).toList(), visible);
  }

  @Override
  public void truncate(int length) {
    sequence.truncate(length);
  }

  @Override
  public void close() {
    sequence.close();
    images.forEach(ImageContexts::release);
    images = List.of();
  }
}

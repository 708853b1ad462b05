package io.vlm4j.connectors.gated;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** True if sequences can go side by side: none sees an image, or all see images of one size. */
  static boolean seeAlike(List<GatedState> states) {
    return states.stream().map(state -> state.seen().map(ImageContexts::length)).distinct().count()
        == 1;
  }

  /**
   * Sequences side by side, each of which sees what its last token saw.
   *
   * @param states {@linkplain #seeAlike see alike}
   * @param sequences the same, joined; belongs to the result
   */
  static GatedState join(List<GatedState> states, DecodeState sequences) {
    List<ImageContexts> seen = states.stream().flatMap(state -> state.seen().stream()).toList();
    return seen.isEmpty()
        ? new GatedState(sequences)
        : new GatedState(
            sequences, List.of(ImageContexts.sideBySide(seen)), new VisibleImages(Map.of(0, 0)));
  }

  /** What the next token sees. */
  private Optional<ImageContexts> seen() {
    int image = visible.at(length());
    return image == VisibleImages.NONE ? Optional.empty() : Optional.of(images.get(image));
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
    return new GatedState(
        chosen, images.stream().map(image -> image.select(rows)).toList(), visible);
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

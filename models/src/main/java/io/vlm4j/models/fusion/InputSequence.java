package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Segment;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a language model reads: words and images in one sequence. */
public final class InputSequence {
  private final List<Segment> segments;
  private final int[] ids;

  private InputSequence(List<Segment> segments, int[] ids) {
    this.segments = segments;
    this.ids = ids;
  }

  static InputSequence of(List<Segment> segments, PromptFormat format) {
    int[] ids = new int[segments.stream().mapToInt(Segment::length).sum()];
    int position = 0;
    for (Segment segment : segments) {
      if (segment instanceof Segment.Tokens tokens) {
        System.arraycopy(tokens.ids(), 0, ids, position, tokens.length());
      } else {
        Arrays.fill(ids, position, position + segment.length(), format.imageTokenId());
      }
      position += segment.length();
    }
    return new InputSequence(List.copyOf(segments), ids);
  }

  /** Number of positions T. */
  public int length() {
    return ids.length;
  }

  /** A token id for each position; images have the format's image token, or -1. */
  public int[] ids() {
    return ids.clone();
  }

  /** Which position sees which image, where images stand beside the sequence. */
  VisibleImages visible() {
    Map<Integer, Integer> imageFrom = new TreeMap<>();
    int position = 0;
    for (Segment segment : segments) {
      if (segment instanceof Segment.Sight sight) {
        imageFrom.put(position, Math.max(VisibleImages.NONE, sight.image()));
      }
      position += segment.length();
    }
    return new VisibleImages(imageFrom);
  }

  List<Segment> segments() {
    return segments;
  }

  /** Embeddings of words and images, spliced: float32 [1, T, D]. */
  Tensor embed(LanguageModel model, List<ImageEmbeddings> images) {
    return embed(model, images, 0, length());
  }

  /** The embeddings of positions {@code from} to {@code to}. */
  Tensor embed(LanguageModel model, List<ImageEmbeddings> images, int from, int to) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> pieces = new ArrayList<>();
      int start = 0;
      for (Segment segment : segments) {
        int first = Math.max(from, start) - start;
        int count = Math.min(to, start + segment.length()) - start - first;
        if (count > 0) {
          pieces.add(embed(model, images, segment, first, count));
        }
        start += segment.length();
      }
      Tensor sequence = Tensor.cat(0, pieces.toArray(Tensor[]::new));
      return scope.keep(sequence.view(1, (long) to - from, model.promptSize()));
    }
  }

  private static Tensor embed(
      LanguageModel model, List<ImageEmbeddings> images, Segment segment, int first, int count) {
    if (segment instanceof Segment.MediaSlot slot) {
      return images.get(slot.image()).embeddings().narrow(0, slot.start() + first, count);
    }
    int[] ids = ((Segment.Tokens) segment).ids();
    return model.embed(Arrays.copyOfRange(ids, first, first + count));
  }

  /** Records ids and an open mask under a processor's names. */
  public static void record(String prefix, int... ids) {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    long[] values = Arrays.stream(ids).asLongStream().toArray();
    Trace.record(prefix + "input_ids", values, 1, ids.length);
    Trace.record(prefix + "attention_mask", mask, 1, ids.length);
  }

  /** Records ids and mask; what decoders only attend to has none if it is images alone. */
  void record(LanguageModel model) {
    boolean imagesAlone = segments.stream().noneMatch(Segment.Tokens.class::isInstance);
    if (!(imagesAlone && model instanceof EncoderDecoder)) {
      record("", ids);
    }
    if (segments.stream().anyMatch(Segment.Sight.class::isInstance)) {
      recordVisible();
    }
  }

  /** Records a one for each image that a position sees, [1, T, images]. */
  private void recordVisible() {
    VisibleImages visible = visible();
    int images = 1;
    for (int i = 0; i < ids.length; i++) {
      images = Math.max(images, visible.at(i) + 1);
    }
    long[] mask = new long[ids.length * images];
    for (int i = 0; i < ids.length; i++) {
      if (visible.at(i) != VisibleImages.NONE) {
        mask[i * images + visible.at(i)] = 1;
      }
    }
    Trace.record("image_attention_mask", mask, 1, ids.length, images);
  }
}

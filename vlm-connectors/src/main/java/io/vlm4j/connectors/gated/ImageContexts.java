package io.vlm4j.connectors.gated;

import io.vlm4j.nn.AttentionContext;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * One image's keys and values in every layer, or those of an image for each of several sequences.
 * States that began alike share it; it is freed when the last of them lets go.
 */
final class ImageContexts {
  private final Optional<Tensor> source;
  private final Map<Integer, AttentionContext> byBlock;
  private final AtomicInteger holders = new AtomicInteger(1);

  private ImageContexts(Optional<Tensor> source, Map<Integer, AttentionContext> byBlock) {
    this.source = source;
    this.byBlock = byBlock;
  }

  /**
   * Computes them.
   *
   * @param image float32 [N, D']
   * @param before the images before it, if the layers see these too; else null
   */
  static ImageContexts of(Tensor image, GatedLayers layers, ImageContexts before) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor context = image.view(1, image.size(0), image.size(1));
      return new ImageContexts(
          Optional.of(image),
          eachBlock(
              layers.beforeBlock().keySet(),
              block -> {
                AttentionContext own = layers.beforeBlock().get(block).attention().project(context);
                return before == null ? own : before.context(block).then(own);
              }));
    }
  }

  /** Those of several sequences side by side, each of as many places to look at. */
  static ImageContexts sideBySide(List<ImageContexts> images) {
    if (images.size() == 1) {
      return images.get(0).shared();
    }
    return new ImageContexts(
        Optional.empty(),
        eachBlock(
            images.get(0).byBlock.keySet(),
            block ->
                images.stream()
                    .map(image -> image.context(block))
                    .reduce(AttentionContext::beside)
                    .orElseThrow()));
  }

  /** Those of some sequences, in this order. One image serves any number of them as it is. */
  ImageContexts select(int... rows) {
    if (source.isPresent()) {
      return shared();
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor index = Tensor.ofIds(rows);
      return new ImageContexts(
          source, eachBlock(byBlock.keySet(), block -> context(block).select(index)));
    }
  }

  /** Made for each block, and taken out of any scope. */
  private static Map<Integer, AttentionContext> eachBlock(
      Set<Integer> blocks, IntFunction<AttentionContext> made) {
    try (TensorScope scope = TensorScope.open()) {
      Map<Integer, AttentionContext> all = new TreeMap<>();
      blocks.forEach(block -> all.put(block, made.apply(block)));
      all.values().forEach(one -> one.releasedFrom(scope));
      return all;
    }
  }

  boolean isOf(Tensor image) {
    return source.isPresent() && source.get() == image;
  }

  /** How many places there are to look at. */
  long length() {
    return byBlock.values().stream().findFirst().map(AttentionContext::length).orElse(0L);
  }

  AttentionContext context(int block) {
    return byBlock.get(block);
  }

  ImageContexts shared() {
    holders.incrementAndGet();
    return this;
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      byBlock.values().forEach(AttentionContext::close);
    }
  }
}

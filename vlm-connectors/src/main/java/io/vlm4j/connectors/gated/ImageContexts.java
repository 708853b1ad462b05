package io.vlm4j.connectors.gated;

import io.vlm4j.nn.AttentionContext;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One image's keys and values in every layer. States that began alike share it; it is freed when
 * the last of them lets go.
 */
final class ImageContexts {
  private final Tensor source;
  private final Map<Integer, AttentionContext> byBlock;
  private final AtomicInteger holders = new AtomicInteger(1);

  private ImageContexts(Tensor source, Map<Integer, AttentionContext> byBlock) {
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
      Map<Integer, AttentionContext> byBlock = new TreeMap<>();
      layers
          .beforeBlock()
          .forEach(
              (block, layer) -> {
                AttentionContext own = layer.attention().project(context);
                byBlock.put(block, before == null ? own : before.context(block).then(own));
              });
      byBlock.values().forEach(one -> one.releasedFrom(scope));
      return new ImageContexts(image, byBlock);
    }
  }

  boolean isOf(Tensor image) {
    return source == image;
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

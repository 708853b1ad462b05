package io.vlm4j.connectors.gated;

import io.vlm4j.tensor.TensorScope;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** The layers that are put before some of a language model's blocks. */
public final class GatedLayers implements AutoCloseable {
  private final int imageSize;
  private final boolean allPrevious;
  private final SortedMap<Integer, GatedCrossAttention> beforeBlock;
  private final TensorScope parameters;

  private GatedLayers(
      int imageSize,
      boolean allPrevious,
      SortedMap<Integer, GatedCrossAttention> beforeBlock,
      TensorScope parameters) {
    this.imageSize = imageSize;
    this.allPrevious = allPrevious;
    this.beforeBlock = Collections.unmodifiableSortedMap(beforeBlock);
    this.parameters = parameters;
  }

  /**
   * Reads layers.
   *
   * @param imageSize width of the images' features
   * @param allPrevious true if a token sees all images before it, not the most recent one alone
   * @param blocks number of the language model's blocks
   * @param chosen which of them get a layer before them
   * @param loader reads the layer before a block
   */
  public static GatedLayers load(
      int imageSize,
      boolean allPrevious,
      int blocks,
      IntPredicate chosen,
      IntFunction<GatedCrossAttention> loader) {
    return TensorScope.owning(
        parameters -> {
          SortedMap<Integer, GatedCrossAttention> layers = new TreeMap<>();
          for (int block = 0; block < blocks; block++) {
            if (chosen.test(block)) {
              layers.put(block, loader.apply(block));
            }
          }
          return new GatedLayers(imageSize, allPrevious, layers, parameters);
        });
  }

  /** Width of the images' features. */
  public int imageSize() {
    return imageSize;
  }

  boolean allPrevious() {
    return allPrevious;
  }

  SortedMap<Integer, GatedCrossAttention> beforeBlock() {
    return beforeBlock;
  }

  long bytes() {
    return beforeBlock.values().stream().mapToLong(GatedCrossAttention::bytes).sum();
  }

  @Override
  public void close() {
    parameters.close();
  }
}

package io.vlm4j.spi;

import io.vlm4j.error.InvalidModelException;
import java.util.List;

/**
 * Which of an encoder's features are wanted.
 *
 * @param layers indices into the hidden states, as the hub counts them: 0 after the embeddings, i
 *     after block i, negative from the end; several are joined along the features. Empty for the
 *     last hidden state, which is after the final norm where the model has one there.
 * @param prefixTokens true to keep the class token and registers
 */
public record FeatureSelection(List<Integer> layers, boolean prefixTokens) {
  /** The last hidden state with all its tokens. */
  public static final FeatureSelection LAST = new FeatureSelection(List.of(), true);

  /** The last hidden state of the patches alone. */
  public static final FeatureSelection LAST_PATCHES = new FeatureSelection(List.of(), false);

  /** Copies the list. */
  public FeatureSelection {
    layers = List.copyOf(layers);
  }

  /** How many times an encoder's width the features are wide. */
  public int widthFactor() {
    return Math.max(1, layers.size());
  }

  /**
   * The layers as indices from 0 to {@code layerCount}.
   *
   * @throws InvalidModelException if one is out of range
   */
  public int[] resolve(int layerCount) {
    return layers.stream().mapToInt(layer -> resolve(layer, layerCount)).toArray();
  }

  private static int resolve(int layer, int layerCount) {
    int index = layer < 0 ? layerCount + 1 + layer : layer;
    if (index < 0 || index > layerCount) {
      throw new InvalidModelException(
          "vision feature layer "
              + layer
              + " is out of range: an encoder of "
              + layerCount
              + " layers has "
              + (-layerCount - 1)
              + " to "
              + layerCount);
    }
    return index;
  }
}

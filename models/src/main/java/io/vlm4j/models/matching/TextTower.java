package io.vlm4j.models.matching;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import java.util.function.Function;

/**
 * From texts to the space that they share with images.
 *
 * @param tokenizer the checkpoint's; it is another's to close
 * @param projection tokens to float32 [1, E] on the unit sphere
 */
public record TextTower(Tokenizer tokenizer, Function<int[], Tensor> projection) {
  /** The embedding of a text. */
  ImageTextEmbedding embed(String text) {
    try (TensorScope scope = TensorScope.open()) {
      return new ImageTextEmbedding(projection.apply(tokenizer.encode(text)).toFloats(), 1);
    }
  }
}

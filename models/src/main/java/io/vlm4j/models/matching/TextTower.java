package io.vlm4j.models.matching;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * From texts to the space that they share with images.
 *
 * @param tokenizer the checkpoint's; it is another's to close
 * @param padding how texts are made equally long
 * @param projection B texts to float32 [B, E] on the unit sphere
 */
public record TextTower(
    Tokenizer tokenizer, TokenBatch.Padding padding, Function<TokenBatch, Tensor> projection) {
  /** A tower that reads one text at a time: its tokens to float32 [1, E] on the unit sphere. */
  public static TextTower ofEach(Tokenizer tokenizer, Function<int[], Tensor> projection) {
    return new TextTower(
        tokenizer,
        TokenBatch.Padding.longest(tokenizer.specialTokens().padId().orElse(0)),
        texts ->
            Tensor.cat(
                0,
                IntStream.range(0, texts.size())
                    .mapToObj(i -> projection.apply(texts.tokens(i)))
                    .toArray(Tensor[]::new)));
  }

  /** The tokens of texts. */
  public TokenBatch tokens(List<String> texts) {
    return padding.apply(texts.stream().map(tokenizer::encode).toList());
  }

  /** The embeddings of texts. */
  List<ImageTextEmbedding> embed(List<String> texts) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor embeds = projection.apply(tokens(texts));
      return IntStream.range(0, texts.size())
          .mapToObj(i -> new ImageTextEmbedding(embeds.narrow(0, i, 1).toFloats(), 1))
          .toList();
    }
  }
}

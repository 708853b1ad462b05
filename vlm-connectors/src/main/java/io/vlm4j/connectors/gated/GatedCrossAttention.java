package io.vlm4j.connectors.gated;

import io.vlm4j.nn.AttentionContext;
import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Mlp;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.spi.VisibleImages.Run;
import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One layer between two blocks: {@code x = x + tanh(a) attention(x, image)}, then {@code x = x +
 * tanh(b) mlp(x)}. The gates are in the sublayers' residuals.
 *
 * @param attention of the tokens to an image
 * @param mlp the feed-forward
 */
public record GatedCrossAttention(CrossAttention attention, Mlp mlp) {
  /**
   * float32 [B, T, D] to [B, T, D]. Each stretch of tokens looks at its own image only, so that no
   * score is computed to be masked; tokens that see none pass the attention by.
   *
   * @param runs which tokens see which image
   * @param images each image's keys and values
   */
  Tensor forward(Tensor hiddenStates, List<Run> runs, IntFunction<AttentionContext> images) {
    Tensor[] seen =
        runs.stream()
            .map(run -> look(hiddenStates.narrow(1, run.start(), run.length()), run, images))
            .toArray(Tensor[]::new);
    return mlp.forward(seen.length == 1 ? seen[0] : Tensor.cat(1, seen));
  }

  private Tensor look(Tensor tokens, Run run, IntFunction<AttentionContext> images) {
    return run.image() == VisibleImages.NONE
        ? tokens
        : attention.forward(tokens.contiguous(), images.apply(run.image()));
  }

  /** Bytes of the weights that one token reads. */
  long bytes() {
    return attention.bytes() + mlp.bytes();
  }
}

package io.vlm4j;

import java.util.Arrays;

/**
 * What a contrastive model learned to make of cosines: {@code logit = factor * cosine + bias}.
 *
 * @param factor greater than 0; the inverse of the temperature
 * @param bias 0 for CLIP
 * @param independent each pair of image and text is judged by itself (SigLIP, by a sigmoid); else
 *     texts compete for an image (CLIP, by a softmax)
 * @see <a href="https://arxiv.org/abs/2103.00020">Learning transferable visual models</a>
 * @see <a href="https://arxiv.org/abs/2303.15343">Sigmoid loss for language image pre-training</a>
 */
public record SimilarityScale(double factor, double bias, boolean independent) {
  /** The logit of a cosine. */
  public double logit(double cosine) {
    return factor * cosine + bias;
  }

  /** The probabilities of the texts of one image: each by itself, or all together summing to 1. */
  public double[] probabilities(double... logits) {
    if (independent) {
      return Arrays.stream(logits).map(logit -> 1 / (1 + Math.exp(-logit))).toArray();
    }
    double best = Arrays.stream(logits).max().orElse(0);
    double[] shares = Arrays.stream(logits).map(logit -> Math.exp(logit - best)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }
}

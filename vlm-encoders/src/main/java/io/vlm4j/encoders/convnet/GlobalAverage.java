package io.vlm4j.encoders.convnet;

import io.vlm4j.nn.Pooling;
import io.vlm4j.tensor.Tensor;

/** The mean over all places: [B, T, D] to [B, D]. */
public final class GlobalAverage implements Step {
  @Override
  public Tensor forward(Tensor x) {
    return Pooling.meanOfTokens(x).view(x.size(0), x.size(2));
  }
}

package io.vlm4j.encoders.vit;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.nn.PatchEmbedding;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;

/** Patches, class token and positions: [B, 3, H, W] to [B, prefix + rows * columns, D]. */
final class VitEmbeddings {
  private final VitConfig config;
  private final PatchEmbedding patches;
  private final Tensor classToken;
  private final PositionTable positions;

  VitEmbeddings(VitConfig config, Weights weights, TensorScope parameters) {
    this.config = config;
    this.patches =
        PatchEmbedding.load(
            weights.at("patch"),
            config.channels(),
            config.patchSize(),
            config.hiddenSize(),
            config.patchBias());
    this.classToken = config.classToken() ? flat(weights, "class_token", 1) : null;
    int side = config.patchesPerSide();
    Tensor table = flat(weights, "positions", side * side + config.prefixTokens());
    this.positions = new PositionTable(config, table, parameters);
  }

  Tensor forward(Tensor pixelValues) {
    int rows = rows(pixelValues);
    int columns = columns(pixelValues);
    if (rows == 0 || columns == 0) {
      throw new InvalidImageException(
          "an image of "
              + pixelValues.size(3)
              + "x"
              + pixelValues.size(2)
              + " pixels is smaller than one patch of "
              + config.patchSize());
    }
    Tensor embeddings = patches.forward(pixelValues);
    if (classToken != null) {
      Tensor token = classToken.expand(embeddings.size(0), 1, config.hiddenSize());
      embeddings = Tensor.cat(1, token, embeddings);
    }
    Tensor placed = embeddings.add(positions.of(rows, columns));
    Trace.record("embeddings", () -> placed);
    return placed;
  }

  int rows(Tensor pixelValues) {
    return pixelValues.size(2) / config.patchSize();
  }

  int columns(Tensor pixelValues) {
    return pixelValues.size(3) / config.patchSize();
  }

  /** Checkpoints store these as [D], [T, D] or [1, T, D]; here they are [1, T, D]. */
  private Tensor flat(Weights weights, String name, int tokens) {
    int size = config.hiddenSize();
    return weights
        .getReshaped(name, 1, tokens, size)
        .to(DType.FLOAT32)
        .to(weights.placement().device());
  }
}

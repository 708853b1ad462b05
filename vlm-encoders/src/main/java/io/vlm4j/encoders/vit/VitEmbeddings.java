package io.vlm4j.encoders.vit;

import io.vlm4j.encoders.vit.VitConfig.Positions;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.nn.PatchEmbedding;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;

/** Patches, class token and positions: [B, 3, H, W] to [B, prefix + rows * columns, D]. */
final class VitEmbeddings {
  private final VitConfig config;
  private final PatchEmbedding patches;
  private final Tensor classToken;
  private final Tensor positions;

  VitEmbeddings(VitConfig config, Weights weights) {
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
    this.positions = flat(weights, "positions", side * side + config.prefixTokens());
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
    Tensor placed = embeddings.add(positionsFor(rows, columns));
    Trace.record("embeddings", () -> placed);
    return placed;
  }

  int rows(Tensor pixelValues) {
    return pixelValues.size(2) / config.patchSize();
  }

  int columns(Tensor pixelValues) {
    return pixelValues.size(3) / config.patchSize();
  }

  private Tensor positionsFor(int rows, int columns) {
    int side = config.patchesPerSide();
    if (config.positions() == Positions.FRACTIONAL) {
      Tensor places =
          KernelLibrary.shared().call("fractional_positions", positions, rows, columns, side);
      return positions.select(1, places);
    }
    if (rows == side && columns == side) {
      return positions;
    }
    int prefix = config.prefixTokens();
    Tensor table =
        positions.narrow(1, prefix, (long) side * side).view(side, side, config.hiddenSize());
    Tensor resampled =
        KernelLibrary.shared()
            .call("interpolate_bicubic", table, rows, columns)
            .view(1, (long) rows * columns, config.hiddenSize());
    return prefix == 0 ? resampled : Tensor.cat(1, positions.narrow(1, 0, prefix), resampled);
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

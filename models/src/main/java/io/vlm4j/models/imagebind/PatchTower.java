package io.vlm4j.models.imagebind;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PatchEmbedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;

/**
 * Images and spectrograms: patches, class token and positions, transformer, the class token's place
 * in the space.
 */
final class PatchTower implements AutoCloseable {
  /** Frames of the shortest video; an image is one that stands still. */
  private static final int FRAMES = 2;

  private final TrunkConfig config;
  private final TensorScope parameters;
  private final PatchEmbedding stem;
  private final Norm stemNorm;
  private final Tensor classToken;
  private final Tensor positions;
  private final Trunk trunk;
  private final SpaceHead head;

  private PatchTower(
      TrunkConfig config,
      int spaceSize,
      int patches,
      PatchEmbedding stem,
      Norm stemNorm,
      Weights weights,
      TensorScope parameters) {
    int size = config.size();
    this.config = config;
    this.parameters = parameters;
    this.stem = stem;
    this.stemNorm = stemNorm;
    this.classToken = weights.getFloat("class_token", 1, 1, size);
    this.positions = weights.getFloat("positions", 1, patches + 1L, size);
    this.trunk = new Trunk(config, weights.at("trunk"));
    this.head = new SpaceHead(config, spaceSize, weights.at("head"));
  }

  /** The tower for images. */
  static PatchTower images(ImageBindConfig config, Weights weights) {
    int patches = config.imagePatches() * config.imagePatches();
    return TensorScope.owning(
        parameters ->
            new PatchTower(
                config.vision(),
                config.spaceSize(),
                patches,
                stillStem(config, weights.at("stem")),
                null,
                weights,
                parameters));
  }

  /** The tower for spectrograms. */
  static PatchTower sounds(ImageBindConfig config, Weights weights) {
    int size = config.audio().size();
    int kernel = config.kernelSize();
    Weights stem = weights.at("stem");
    return TensorScope.owning(
        parameters ->
            new PatchTower(
                config.audio(),
                config.spaceSize(),
                config.soundPatches(),
                PatchEmbedding.of(
                    stem.getFloat("weight", size, 1, kernel, kernel), null, config.stride()),
                Norm.layerNorm(stem.at("norm"), size, config.stemEpsilon()),
                weights,
                parameters));
  }

  /** The convolution over two frames, which are the same: its weights of both are one sum. */
  private static PatchEmbedding stillStem(ImageBindConfig config, Weights stem) {
    int size = config.vision().size();
    int side = config.patchSize();
    if (stem.shape("weight").size() != 5 || stem.shape("weight").get(2) != FRAMES) {
      throw new InvalidModelException(
          "%s; expected patches of [%d, 3, %d, %d, %d]"
              .formatted(stem.describe("weight"), size, FRAMES, side, side));
    }
    return PatchEmbedding.of(
        sumOfFrames(stem.getFloat("weight", size, 3, FRAMES, side, side)), null, side);
  }

  /** [D, C, 2, p, p] to [D, C, p, p]. */
  private static Tensor sumOfFrames(Tensor weight) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor sum = weight.narrow(2, 0, 1).add(weight.narrow(2, 1, 1));
      return scope.keep(sum.view(weight.size(0), weight.size(1), weight.size(3), weight.size(4)));
    }
  }

  /**
   * Where they lie.
   *
   * @param maps float32 [B, C, H, W]
   * @return float32 [B, E] of length 1
   */
  Tensor embed(Tensor maps) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor states = trunk.forward(tokens(maps));
      Trace.record(config.kind() + "_last_hidden_state", () -> states);
      Tensor whole = states.narrow(1, 0, 1).view(states.size(0), config.size());
      return scope.keep(head.forward(whole));
    }
  }

  private Tensor tokens(Tensor maps) {
    Tensor patches = stem.forward(maps);
    if (patches.size(1) + 1 != positions.size(1)) {
      throw new InvalidModelException(
          "%s of %s gives %d patches; the model has positions for %d"
              .formatted(config.kind(), maps, patches.size(1), positions.size(1) - 1));
    }
    Tensor normed = stemNorm == null ? patches : stemNorm.forward(patches);
    Tensor token = classToken.expand(maps.size(0), 1, config.size());
    return Tensor.cat(1, token, normed).add(positions);
  }

  @Override
  public void close() {
    parameters.close();
  }
}

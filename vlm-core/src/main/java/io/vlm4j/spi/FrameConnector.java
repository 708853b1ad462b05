package io.vlm4j.spi;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/** A connector that takes several frames as one: a video becomes as many embeddings as an image. */
public interface FrameConnector extends Connector {
  /**
   * Connects media of equally many frames.
   *
   * @param frames features, float32 [M, F, T, D]
   * @param firstPlace how many media stand before these in the prompt
   * @return float32 [M, N, outputSize]
   * @throws InvalidPromptException if it takes fewer frames or media
   */
  Tensor connectFrames(Tensor frames, int firstPlace);

  /** True if what becomes of an image depends on its place among the prompt's images. */
  default boolean orderMatters() {
    return false;
  }

  @Override
  default Tensor connect(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor states = features.hiddenStates();
      Tensor frames = states.view(states.size(0), 1, states.size(1), states.size(2));
      return scope.keep(connectFrames(frames, 0));
    }
  }

  /** A connector that takes images of one frame, as all but these do. */
  static FrameConnector ofImages(Connector connector) {
    return new FrameConnector() {
      @Override
      public int inputSize() {
        return connector.inputSize();
      }

      @Override
      public int outputSize() {
        return connector.outputSize();
      }

      @Override
      public Tensor connectFrames(Tensor frames, int firstPlace) {
        if (frames.size(1) != 1) {
          throw new InvalidPromptException(
              "this model takes images, not videos; give the frames as images");
        }
        int tokens = frames.size(2);
        Tensor images = frames.view(frames.size(0), tokens, frames.size(3));
        return connector.connect(new ImageFeatures(images, 0, 1, tokens));
      }

      @Override
      public void close() {
        connector.close();
      }
    };
  }
}

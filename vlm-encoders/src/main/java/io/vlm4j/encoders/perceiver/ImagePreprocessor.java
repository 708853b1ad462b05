package io.vlm4j.encoders.perceiver;

import io.vlm4j.encoders.convnet.Step;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.Pooling;
import io.vlm4j.nn.perceiver.PerceiverConfig;
import io.vlm4j.nn.perceiver.PerceiverEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;

/**
 * Images to inputs: the channels of each place of a feature map, its position's encoding beside
 * them.
 *
 * @param features pixel values [B, 3, H, W] to a map [B, channels, rows, columns]
 * @param channels of the map
 * @param positions of its places
 * @param imageSize side of the training images in pixels
 */
record ImagePreprocessor(Step features, int channels, PositionEncoding positions, int imageSize) {
  private static final int COLOURS = 3;
  private static final int BANDS = 64;
  private static final double BATCH_NORM_EPSILON = 1e-5;
  private static final int SMALLEST_SIDE_OF_CONVOLUTION = 5;

  /** Every pixel through a matrix, with learned positions. */
  static ImagePreprocessor learned(PerceiverConfig config, Weights weights) {
    int channels = 256;
    Convolution pixels =
        Convolution.load(
            weights.at("convolution"),
            Convolution.Shape.of(COLOURS, channels, 1),
            Activation.IDENTITY);
    int side = config.imageSize();
    PositionEncoding positions =
        PositionEncoding.Learned.load(weights.at("positions"), side, channels);
    return new ImagePreprocessor(pixels::forward, channels, positions, side);
  }

  /** Every pixel as it is. */
  static ImagePreprocessor fourier(Weights weights) {
    return new ImagePreprocessor(pixels -> pixels, COLOURS, fourier(224, weights), 224);
  }

  /** A convolution and a pooling to a quarter of the image's side. */
  static ImagePreprocessor convolution(Weights weights) {
    int channels = 64;
    Convolution convolution =
        Convolution.withBatchNorm(
            weights.at("convolution"),
            Convolution.Shape.of(COLOURS, channels, 7).strided(2),
            BATCH_NORM_EPSILON,
            Activation.RELU);
    Step features = pixels -> Pooling.maxInside(convolution.forward(requireSide(pixels)));
    return new ImagePreprocessor(features, channels, fourier(56, weights), 224);
  }

  /** Width C of an input. */
  int size() {
    return channels + positions.size();
  }

  /**
   * Makes inputs.
   *
   * @param pixelValues float32 [B, 3, H, W]
   * @return float32 [B, rows columns, C]
   */
  Tensor forward(Tensor pixelValues) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor map = features.forward(pixelValues);
      int batch = map.size(0);
      int places = map.size(2) * map.size(3);
      Tensor tokens = map.view(batch, channels, places).transpose(1, 2);
      Tensor positioned =
          positions
              .forward(map.size(2), map.size(3))
              .view(1, places, positions.size())
              .expand(batch, places, positions.size());
      Tensor inputs = Tensor.cat(2, tokens, positioned);
      PerceiverEncoder.record("preprocessed_inputs", inputs);
      return scope.keep(inputs);
    }
  }

  private static PositionEncoding fourier(int resolution, Weights weights) {
    return new PositionEncoding.Fourier(BANDS, resolution, weights.placement().device());
  }

  /** The pooling needs a window of 3 x 3 after the convolution's stride of 2. */
  private static Tensor requireSide(Tensor pixels) {
    if (Math.min(pixels.size(2), pixels.size(3)) < SMALLEST_SIDE_OF_CONVOLUTION) {
      throw new InvalidImageException(
          "an image of %d x %d pixels is too small; expected at least %d on each side"
              .formatted(pixels.size(2), pixels.size(3), SMALLEST_SIDE_OF_CONVOLUTION));
    }
    return pixels;
  }
}

package io.vlm4j.train;

import io.vlm4j.LoadOptions;
import io.vlm4j.connectors.Identity;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.assembled.AssembledModels;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;

/** The frozen encoder and the pooling behind it, which has no weights: what the connector sees. */
final class PooledEncoder implements AutoCloseable {
  private final TrainingParts parts;
  private final EncoderPart encoder;

  private PooledEncoder(TrainingParts parts, EncoderPart encoder) {
    this.parts = parts;
    this.encoder = encoder;
  }

  static PooledEncoder open(TrainingParts parts) {
    return new PooledEncoder(parts, EncoderPart.load(parts.encoder(), LoadOptions.FP32));
  }

  EncoderPart part() {
    return encoder;
  }

  /** Width of what the connector sees. */
  int featureSize() {
    return encoder.encoder().hiddenSize()
        * parts.selection().widthFactor()
        * parts.pixelShuffle()
        * parts.pixelShuffle();
  }

  /** What the connector sees of some images: float32 [B, T, D], pooled. */
  ImageFeatures features(List<Image> images) {
    try (TensorScope scope = TensorScope.open()) {
      List<ProcessedImage> processed =
          images.stream().map(image -> encoder.processor().process(image)).toList();
      for (ProcessedImage one : processed) {
        if (one.tiles() != 1 || one.height() != processed.get(0).height()) {
          throw new InvalidModelException(
              "the encoder's preprocessing makes several tiles of an image; training takes encoders"
                  + " with one tile of one size");
        }
      }
      Tensor pixels = PixelBatch.of(processed, encoder.device());
      return pool(encoder.encoder().encode(pixels, parts.selection()), scope);
    }
  }

  private ImageFeatures pool(ImageFeatures raw, TensorScope scope) {
    ImageFeatures[] seen = new ImageFeatures[1];
    int factor = parts.pixelShuffle();
    Connector last =
        new Connector() {
          @Override
          public int inputSize() {
            return raw.hiddenStates().size(-1) * factor * factor;
          }

          @Override
          public int outputSize() {
            return inputSize();
          }

          @Override
          public Tensor connect(ImageFeatures features) {
            seen[0] = features;
            return new Identity(inputSize()).connect(features);
          }

          @Override
          public void close() {}
        };
    Connector pooling = AssembledModels.pooled(parts.averagePooling(), parts.pixelShuffle(), last);
    Tensor pooled = scope.keep(pooling.connect(raw));
    return new ImageFeatures(pooled, seen[0].prefixTokens(), seen[0].rows(), seen[0].columns());
  }

  @Override
  public void close() {
    encoder.close();
  }
}

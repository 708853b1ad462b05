package io.vlm4j.models.matching;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * From images to the space that they share with texts.
 *
 * @param processor images to pixel values
 * @param encoder the vision encoder; it is another's to close
 * @param device where it computes
 * @param projection features of B images to float32 [B, E], or [B, N, E] of N vectors an image, on
 *     the unit sphere
 */
public record ImageTower(
    ImageProcessor processor,
    VisionEncoder encoder,
    Device device,
    Function<ImageFeatures, Tensor> projection) {

  /** The encoder's last hidden state; it belongs to the caller's scope. */
  ImageFeatures features(List<Image> images) {
    try (TensorScope scope = TensorScope.open()) {
      List<ProcessedImage> processed = images.stream().map(processor::process).toList();
      TiledVisualPath.recordImages(processed);
      ImageFeatures features =
          encoder.encode(PixelBatch.of(processed, device), FeatureSelection.LAST);
      scope.keep(features.hiddenStates());
      return features;
    }
  }

  /** One embedding for each image. */
  List<ImageTextEmbedding> embed(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor projected = projection.apply(features);
      Trace.record("image_embeds", () -> projected);
      int count = projected.rank() == 3 ? projected.size(1) : 1;
      return IntStream.range(0, projected.size(0))
          .mapToObj(i -> new ImageTextEmbedding(projected.narrow(0, i, 1).toFloats(), count))
          .toList();
    }
  }
}

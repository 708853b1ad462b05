package io.vlm4j.image;

import java.util.function.UnaryOperator;

/**
 * One tile that shows the whole picture: CLIP, BiT (DINOv2), SigLIP, ViT, BLIP and Perceiver, which
 * differ in sizes and filters, and in whether they crop after resizing or before.
 */
final class WholeImageProcessor implements ImageProcessor {
  private final UnaryOperator<Image> first;
  private final UnaryOperator<Image> second;
  private final PixelScaling scaling;

  WholeImageProcessor(
      UnaryOperator<Image> first, UnaryOperator<Image> second, PixelScaling scaling) {
    this.first = first;
    this.second = second;
    this.scaling = scaling;
  }

  @Override
  public ProcessedImage process(Image image) {
    TileStack tile = new TileStack(1, scaling);
    tile.add(second.apply(first.apply(image)));
    return tile.toProcessedImage(image, 0, 0);
  }
}

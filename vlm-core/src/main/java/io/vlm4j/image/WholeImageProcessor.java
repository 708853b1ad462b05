package io.vlm4j.image;

import java.util.function.UnaryOperator;

/**
 * One tile that shows the whole picture: CLIP, BiT (DINOv2), SigLIP, ViT and BLIP, which differ in
 * sizes and filters only.
 */
final class WholeImageProcessor implements ImageProcessor {
  private final UnaryOperator<Image> resize;
  private final UnaryOperator<Image> crop;
  private final PixelScaling scaling;

  WholeImageProcessor(
      UnaryOperator<Image> resize, UnaryOperator<Image> crop, PixelScaling scaling) {
    this.resize = resize;
    this.crop = crop;
    this.scaling = scaling;
  }

  @Override
  public ProcessedImage process(Image image) {
    TileStack tile = new TileStack(1, scaling);
    tile.add(crop.apply(resize.apply(image)));
    return tile.toProcessedImage(image, 0, 0);
  }
}

package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;
import java.util.List;

/** An encoder in stages, each coarser than the one before, as feature pyramids take them. */
public interface StagedVisionEncoder extends VisionEncoder {
  /** Width D of each stage. */
  List<Integer> stageWidths();

  /**
   * The feature map after each stage, the finest first.
   *
   * @param pixelValues float32 [B, 3, H, W]
   * @return float32 [B, D, H', W'], D, H' and W' a stage's own, in the caller's tensor scope
   */
  List<Tensor> stages(Tensor pixelValues);
}

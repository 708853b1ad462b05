package io.vlm4j.models.idefics3;

import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.tensor.Device;
import io.vlm4j.trace.Trace;
import java.util.List;

/** Records the tiles of a prompt as the reference's processor returns them: [1, tiles, 3, H, W]. */
final class TileRecorder {
  private TileRecorder() {}

  static void record(List<ProcessedImage> images) {
    if (!Trace.isOn()) {
      return;
    }
    ProcessedImage first = images.get(0);
    int tiles = images.stream().mapToInt(ProcessedImage::tiles).sum();
    Trace.record(
        "pixel_values",
        () -> PixelBatch.of(images, Device.CPU).view(1, tiles, 3, first.height(), first.width()));
    int tileSize = first.height() * first.width();
    long[] mask = new long[tiles * tileSize];
    int offset = 0;
    for (ProcessedImage image : images) {
      for (byte valid : image.pixelMask()) {
        mask[offset++] = valid;
      }
    }
    Trace.record("pixel_attention_mask", mask, 1, tiles, first.height(), first.width());
  }
}

package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;

/** Vision encoders alone, with the heads that their checkpoints have. */
final class VisionRunner extends GoldenRunner {
  private final VisionModel model;

  VisionRunner(ModelFolder folder) {
    model = VisionModel.load(folder, LoadOptions.FP32);
  }

  @Override
  void execute(GoldenCase golden) {
    List<ProcessedImage> images = golden.images().stream().map(model.processor()::process).toList();
    try (TensorScope scope = TensorScope.open()) {
      Tensor pixelValues = PixelBatch.of(images, Device.CPU);
      Trace.record("pixel_values", () -> pixelValues);
      model.run(pixelValues);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}

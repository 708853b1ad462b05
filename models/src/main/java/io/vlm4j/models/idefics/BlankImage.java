package io.vlm4j.models.idefics;

import io.vlm4j.models.fusion.FramesVisualPath;
import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.VisualPath;
import io.vlm4j.prompt.Media;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;

/**
 * The reference encodes an image of zeros where a prompt has none, and no token looks at it. Here
 * it is left out, unless a trace is to show the reference's tensors.
 */
final class BlankImage implements VisualPath {
  private final FramesVisualPath path;
  private final int side;
  private final Device device;

  BlankImage(FramesVisualPath path, int side, Device device) {
    this.path = path;
    this.side = side;
    this.device = device;
  }

  @Override
  public List<ImageEmbeddings> embed(List<Media> media, String text) {
    if (media.isEmpty() && Trace.isOn()) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor zeros = Tensor.of(new float[3 * side * side], 1, 1, 3, side, side);
        path.connect(zeros.to(device), 0);
      }
    }
    return path.embed(media, text);
  }

  @Override
  public int outputSize() {
    return path.outputSize();
  }

  @Override
  public void close() {
    path.close();
  }

  /** Records {@code pixel_values} [1, M, 3, H, W] of images [M, 1, 3, H, W]. */
  static void record(Tensor pixelValues) {
    Trace.record(
        "pixel_values",
        () ->
            pixelValues.view(1, pixelValues.size(0), 3, pixelValues.size(3), pixelValues.size(4)));
  }
}

package io.vlm4j.models.llavanext;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.llava.LlavaParts;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.NameMap;
import java.util.List;
import java.util.Set;

/** Opens {@code llava_next} folders. */
public final class LlavaNextProvider implements SystemProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llava_next");
  }

  @Override
  public NameMap names() {
    return LlavaParts.NAMES;
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(
        resources -> {
          LlavaParts parts = LlavaParts.load(folder, options, resources);
          int width = parts.languageModel().model().hiddenSize();
          TensorScope scope = resources.own(TensorScope.open());
          Tensor newline = parts.weights().getFloat("image_newline", width);
          scope.seal();
          TiledVisualPath images =
              parts.visualPath(new SpatialUnpad(newline), LlavaNextProvider::record);
          parts.requireAllRead();
          return new FusionModel(images, parts.format(), parts.languageModel(), resources);
        });
  }

  /** [images, most tiles, 3, H, W], zeros where an image has fewer tiles. */
  private static void record(List<ProcessedImage> images) {
    if (!Trace.isOn()) {
      return;
    }
    ProcessedImage first = images.get(0);
    int most = images.stream().mapToInt(ProcessedImage::tiles).max().orElse(0);
    int tileSize = 3 * first.height() * first.width();
    float[] pixels = new float[images.size() * most * tileSize];
    long[] sizes = new long[2 * images.size()];
    for (int i = 0; i < images.size(); i++) {
      ProcessedImage image = images.get(i);
      System.arraycopy(
          image.pixelValues(), 0, pixels, i * most * tileSize, image.tiles() * tileSize);
      sizes[2 * i] = image.originalHeight();
      sizes[2 * i + 1] = image.originalWidth();
    }
    Trace.record("pixel_values", pixels, images.size(), most, 3, first.height(), first.width());
    Trace.record("image_sizes", sizes, images.size(), 2);
  }
}

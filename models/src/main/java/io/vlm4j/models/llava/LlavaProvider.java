package io.vlm4j.models.llava;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.weights.NameMap;
import java.util.Set;

/** Opens {@code llava} folders. */
public final class LlavaProvider implements SystemProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llava");
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
          TiledVisualPath images =
              parts.visualPath(TiledVisualPath.Packing::inOrder, TiledVisualPath::recordImages);
          parts.requireAllRead();
          return new FusionModel(images, parts.format(), parts.languageModel(), resources);
        });
  }
}

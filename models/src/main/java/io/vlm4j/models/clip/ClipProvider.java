package io.vlm4j.models.clip;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.weights.NameMap;
import java.util.Optional;
import java.util.Set;

/** Opens {@code clip} folders of the hub, and those of one side alone. */
public final class ClipProvider implements DualEncoderProvider {
  private static final String TEXT_ALONE = "clip_text_model";
  private static final String IMAGE_ALONE = "clip_vision_model";
  private static final Set<String> HEADS =
      Set.of("text_projection.weight", "visual_projection.weight");

  private static final NameMap NAMES =
      NameMap.parse(
          """
          vision_model.*           -> encoder.*
          text_model.*             -> text.*
          visual_projection.*      -> image_projection.*
          text_projection.*        -> text_projection.*
          logit_scale              -> logit_scale
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("clip", TEXT_ALONE, IMAGE_ALONE);
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.weights().names().stream().anyMatch(HEADS::contains);
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    JsonNode config = folder.config();
    JsonNode text =
        folder.modelType().equals(TEXT_ALONE) ? config : SubConfigs.of(config, "text_config");
    Layout layout =
        new Layout(
            NAMES,
            TextNames.HUB,
            "vision_model.",
            folder.modelType().equals(IMAGE_ALONE)
                ? config
                : SubConfigs.vision(config, IMAGE_ALONE),
            TextConfig.clip(text),
            config.getInt("projection_dim", 512),
            true,
            true,
            false,
            Optional.empty(),
            true);
    return ContrastiveModel.load(folder, layout, options);
  }
}

package io.vlm4j.models.clip;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.weights.NameMap;
import java.util.Optional;
import java.util.Set;

/**
 * Opens {@code siglip} folders: the attention pooling puts images into the space by itself, a head
 * the last place of texts.
 */
public final class SiglipProvider implements DualEncoderProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          vision_model.*           -> encoder.*
          text_model.head.*        -> text_projection.*
          text_model.*             -> text.*
          logit_scale              -> logit_scale
          logit_bias               -> logit_bias
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("siglip");
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.weights().names().contains("logit_bias");
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    JsonNode json = SubConfigs.of(folder.config(), "text_config");
    TextConfig text = TextConfig.siglip(json);
    Layout layout =
        new Layout(
            NAMES,
            TextNames.HUB,
            "vision_model.",
            SubConfigs.vision(folder.config(), "siglip_vision_model"),
            text,
            json.getInt("projection_size", text.hiddenSize()),
            false,
            true,
            true,
            Optional.empty(),
            true);
    return ContrastiveModel.load(folder, layout, options);
  }
}

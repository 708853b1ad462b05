package io.vlm4j.models.parts;

import io.vlm4j.LoadOptions;
import io.vlm4j.connectors.gated.FlamingoLayers;
import io.vlm4j.connectors.gated.GatedLanguageModel;
import io.vlm4j.connectors.gated.GatedLayers;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;

/**
 * Gated cross-attention in folders of its own: {@code model_type} {@code gated_cross_attention},
 * the keys of {@link FlamingoLayers#of}, and weights under OpenFlamingo's names.
 */
public final class CrossAttentionPart {
  private static final String MODEL_TYPE = "gated_cross_attention";

  private CrossAttentionPart() {}

  /**
   * A language model that attends to images, with the layers of a folder between its blocks.
   *
   * @param languageModel becomes part of the result; closed if this fails
   */
  public static LanguagePart around(LanguagePart languageModel, Path path, LoadOptions options) {
    return Resources.owning(
        resources -> {
          resources.own(languageModel.tokenizer());
          resources.own(languageModel.model());
          ModelFolder folder = ModelFolder.open(path, options);
          if (!folder.modelType().equals(MODEL_TYPE)) {
            throw new UnsupportedModelException(
                "%s: model_type '%s' is not supported here; supported is %s"
                    .formatted(path, folder.modelType(), MODEL_TYPE));
          }
          LayeredLanguageModel model = GatedLanguageModel.requireLayered(languageModel.model());
          Weights weights = Weights.of(folder.weights(), options.placement(), options.progress());
          GatedLayers layers =
              resources.own(FlamingoLayers.of(folder.config()).load(weights, model));
          weights.requireAllRead();
          return new LanguagePart(
              GatedLanguageModel.of(model, layers),
              languageModel.tokenizer(),
              languageModel.generation());
        });
  }
}

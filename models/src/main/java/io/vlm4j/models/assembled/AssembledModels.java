package io.vlm4j.models.assembled;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.models.Resources;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.prefix.LanguagePart;
import io.vlm4j.models.prefix.PrefixModel;
import io.vlm4j.models.prefix.TiledVisualPath;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;

/** Joins parts to a model. */
public final class AssembledModels {
  private AssembledModels() {}

  /** Encoder, connector and language model in a row. */
  public static VisionLanguageModel join(
      EncoderPart encoder,
      FeatureSelection features,
      Connector connector,
      LanguagePart languageModel,
      PromptTemplate prompt,
      Resources resources) {
    TiledVisualPath images =
        new TiledVisualPath(
            encoder.processor(),
            encoder.encoder(),
            features,
            connector,
            TiledVisualPath.Packing::inOrder,
            encoder.device(),
            TiledVisualPath::recordImages);
    TemplateFormat format = new TemplateFormat(prompt, languageModel.tokenizer());
    return new PrefixModel(images, format, languageModel, resources);
  }
}

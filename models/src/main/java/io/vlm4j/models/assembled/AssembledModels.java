package io.vlm4j.models.assembled;

import io.vlm4j.JointEmbedder;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.connectors.AveragePooling;
import io.vlm4j.connectors.PixelShuffle;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.FramesVisualPath;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.fusion.VisualPath;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.FrameConnector;
import io.vlm4j.spi.ImageAttendingModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.trace.Trace;

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
    return join(path(encoder, features, connector), languageModel, prompt, resources);
  }

  /**
   * Any of what an embedder binds, a connector for its one vector, and a language model.
   *
   * @param device where the connector computes
   */
  public static VisionLanguageModel join(
      JointEmbedder embedder,
      Connector connector,
      Device device,
      LanguagePart languageModel,
      PromptTemplate prompt,
      Resources resources) {
    VisualPath path = new BoundMediaPath(embedder, connector, device);
    return join(path, languageModel, prompt, resources);
  }

  private static VisionLanguageModel join(
      VisualPath path, LanguagePart languageModel, PromptTemplate prompt, Resources resources) {
    boolean beside = languageModel.model() instanceof ImageAttendingModel;
    TemplateFormat format = new TemplateFormat(prompt, languageModel.tokenizer(), beside);
    return new FusionModel(path, format, languageModel, resources);
  }

  /**
   * A connector behind the pooling of an assembled model.
   *
   * @param average patches along one side of the blocks that are averaged; 1 for none
   * @param shuffle patches along one side of the blocks that are then joined; 1 for none
   */
  public static Connector pooled(int average, int shuffle, Connector connector) {
    Connector shuffled = shuffle == 1 ? connector : new PixelShuffle(shuffle, connector);
    return average == 1 ? shuffled : new AveragePooling(average, shuffled);
  }

  private static VisualPath path(
      EncoderPart encoder, FeatureSelection features, Connector connector) {
    if (connector instanceof FrameConnector frames) {
      return new FramesVisualPath(
          encoder.processor(),
          encoder.encoder(),
          features,
          frames,
          encoder.device(),
          pixelValues -> Trace.record("pixel_values", () -> pixelValues));
    }
    return new TiledVisualPath(
        encoder.processor(),
        encoder.encoder(),
        features,
        connector,
        TiledVisualPath.Packing::inOrder,
        encoder.device(),
        TiledVisualPath::recordImages);
  }
}

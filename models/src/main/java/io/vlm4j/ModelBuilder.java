package io.vlm4j;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.Resources;
import io.vlm4j.models.assembled.AssembledModels;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.tensor.Device;

/**
 * Puts a model together from any encoder, connector and language model of matching widths. The
 * model owns its parts; if {@link #build()} fails, they are closed.
 *
 * <pre>{@code
 * VisionLanguageModel vlm =
 *     VisionLanguageModel.builder()
 *         .encoder(EncoderPart.load(vit, options))
 *         .connector(ConnectorPart.load(mlp, options))
 *         .languageModel(LanguageModelPart.load(llama, options))
 *         .build();
 * }</pre>
 */
public final class ModelBuilder {
  private final Resources resources = new Resources();
  private EncoderPart encoder;
  private JointEmbedder embedder;
  private Device embedderDevice;
  private FeatureSelection features = FeatureSelection.LAST_PATCHES;
  private int averagePooling = 1;
  private int pixelShuffle = 1;
  private Connector connector;
  private LanguagePart languageModel;
  private PromptTemplate prompt = PromptTemplate.CHAT_ML;

  /** Use {@link VisionLanguageModel#builder()}. */
  public ModelBuilder() {}

  /** The vision encoder. */
  public ModelBuilder encoder(EncoderPart part) {
    encoder = resources.own(part);
    return this;
  }

  /**
   * In the place of a vision encoder, a model that binds images and sounds: a prompt may hold
   * either, and the connector takes one vector for each.
   *
   * @param options those with which the parts are loaded
   */
  public ModelBuilder encoder(JointEmbedder part, LoadOptions options) {
    embedder = resources.own(part);
    embedderDevice = options.placement().device();
    return this;
  }

  /** Which of its features are used; the last hidden state of the patches unless set. */
  public ModelBuilder features(FeatureSelection selection) {
    features = selection;
    return this;
  }

  /** Averages blocks of factor x factor patches before the connector. */
  public ModelBuilder averagePooling(int factor) {
    averagePooling = factor;
    return this;
  }

  /** Joins blocks of factor x factor patches before the connector, after the averaging. */
  public ModelBuilder pixelShuffle(int factor) {
    pixelShuffle = factor;
    return this;
  }

  /** The connector. */
  public ModelBuilder connector(Connector part) {
    connector = resources.own(part);
    return this;
  }

  /**
   * The language model. One with gated cross-attention ({@link
   * io.vlm4j.models.parts.CrossAttentionPart}) looks at images beside the sequence, any other finds
   * them in it.
   */
  public ModelBuilder languageModel(LanguagePart part) {
    resources.own(part.tokenizer());
    resources.own(part.model());
    languageModel = part;
    return this;
  }

  /** The convention of prompts; ChatML unless set. */
  public ModelBuilder prompt(PromptTemplate template) {
    prompt = template;
    return this;
  }

  /**
   * Makes the model.
   *
   * @throws InvalidModelException if a part is missing or two widths do not match
   */
  public VisionLanguageModel build() {
    try {
      require(embedder == null ? encoder : embedder, "encoder");
      require(connector, "connector");
      require(languageModel, "language model");
      if (embedder != null) {
        requireOneVector();
        return AssembledModels.join(
            embedder, connector, embedderDevice, languageModel, prompt, resources);
      }
      return AssembledModels.join(
          encoder,
          features,
          AssembledModels.pooled(averagePooling, pixelShuffle, connector),
          languageModel,
          prompt,
          resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private void requireOneVector() {
    if (encoder != null || averagePooling != 1 || pixelShuffle != 1) {
      throw new InvalidModelException(
          "an encoder that binds images and sounds gives one vector each; there is nothing to pool"
              + " and no place for a second encoder");
    }
  }

  private static void require(Object part, String name) {
    if (part == null) {
      throw new InvalidModelException("the builder has no " + name + "; set it before build()");
    }
  }
}

package io.vlm4j.examples;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.Image;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.CrossAttentionPart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import java.nio.file.Path;

/**
 * {@code ThreeConnectors IMAGE ENCODER LANGUAGE_MODEL PROJECTION QFORMER RESAMPLER
 * CROSS_ATTENTION}: one frozen encoder and one frozen language model, joined in the three ways that
 * there are.
 */
public final class ThreeConnectors {
  private static final LoadOptions OPTIONS = LoadOptions.FP32;

  private final Image image;
  private final Path encoder;

  private ThreeConnectors(Image image, Path encoder) {
    this.image = image;
    this.encoder = encoder;
  }

  /** Runs it. */
  public static void main(String[] arguments) {
    Path[] paths = new Path[arguments.length];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = Path.of(arguments[i]);
    }
    ThreeConnectors join = new ThreeConnectors(Image.read(paths[0]), paths[1]);
    Path languageModel = paths[2];

    // Each patch becomes a word of the prompt (Frozen, LLaVA).
    join.caption("projection", paths[3], LanguageModelPart.load(languageModel, OPTIONS));

    // Learned queries read the patches; what they read becomes words of the prompt (BLIP-2).
    join.caption("Q-Former", paths[4], LanguageModelPart.load(languageModel, OPTIONS));

    // Latents read the patches; new layers in the language model look at them (Flamingo).
    join.caption(
        "resampler and gated cross-attention",
        paths[5],
        CrossAttentionPart.around(
            LanguageModelPart.load(languageModel, OPTIONS), paths[6], OPTIONS));
  }

  private void caption(String name, Path connector, LanguagePart languageModel) {
    try (VisionLanguageModel vlm =
        VisionLanguageModel.builder()
            .encoder(EncoderPart.load(encoder, OPTIONS))
            .connector(ConnectorPart.load(connector, OPTIONS))
            .languageModel(languageModel)
            .prompt(PromptTemplate.PLAIN)
            .build()) {
      System.out.println(name + ": " + vlm.caption(image));
    }
  }
}

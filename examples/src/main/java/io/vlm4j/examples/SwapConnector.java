package io.vlm4j.examples;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.Image;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code SwapConnector IMAGE ENCODER LANGUAGE_MODEL CONNECTOR...}: the same encoder and language
 * model with one connector after the other, be it linear, an MLP, a Q-Former or your own.
 */
public final class SwapConnector {
  private static final LoadOptions OPTIONS = LoadOptions.FP32;

  private SwapConnector() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    Image image = Image.read(Path.of(arguments[0]));
    for (String connector : Arrays.asList(arguments).subList(3, arguments.length)) {
      try (VisionLanguageModel vlm =
          VisionLanguageModel.builder()
              .encoder(EncoderPart.load(Path.of(arguments[1]), OPTIONS))
              .connector(ConnectorPart.load(Path.of(connector), OPTIONS)) // all that differs
              .languageModel(LanguageModelPart.load(Path.of(arguments[2]), OPTIONS))
              .prompt(PromptTemplate.PLAIN)
              .build()) {
        System.out.println(connector + ": " + vlm.caption(image));
      }
    }
  }
}

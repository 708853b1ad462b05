package io.vlm4j.examples;

import io.vlm4j.JointEmbedder;
import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.audio.Audio;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code SeeAndHear IMAGEBIND CONNECTOR LANGUAGE_MODEL QUESTION FILE...}: PandaGPT's shape. A
 * question about images and WAV files by one linear connector, which need not have heard any sound
 * when it was trained.
 */
public final class SeeAndHear {
  private static final LoadOptions OPTIONS = LoadOptions.DEFAULT;

  private SeeAndHear() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    GenerationOptions options = GenerationOptions.builder().maxNewTokens(32).build();
    try (VisionLanguageModel panda =
        VisionLanguageModel.builder()
            .encoder(JointEmbedder.load(Path.of(arguments[0]), OPTIONS), OPTIONS)
            .connector(ConnectorPart.load(Path.of(arguments[1]), OPTIONS))
            .languageModel(LanguageModelPart.load(Path.of(arguments[2]), OPTIONS))
            .prompt(PromptTemplate.PANDA_GPT)
            .build()) {
      for (String file : Arrays.asList(arguments).subList(4, arguments.length)) {
        Prompt.Builder prompt = Prompt.builder();
        if (file.endsWith(".wav")) {
          prompt.audio(Audio.read(Path.of(file)));
        } else {
          prompt.image(Image.read(Path.of(file)));
        }
        String answer = panda.generate(prompt.text(arguments[3]).build(), options).text();
        System.out.println(file + ": " + answer.strip());
      }
    }
  }
}

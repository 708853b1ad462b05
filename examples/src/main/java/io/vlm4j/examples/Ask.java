package io.vlm4j.examples;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;

/** {@code Ask MODEL IMAGE QUESTION}: prints the answer while it comes. */
public final class Ask {
  private Ask() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    Prompt prompt = Prompt.of(Image.read(Path.of(arguments[1])), arguments[2]);
    GenerationOptions options = GenerationOptions.builder().maxNewTokens(64).build();
    try (VisionLanguageModel vlm = VisionLanguageModel.load(Path.of(arguments[0]))) {
      vlm.stream(prompt, options, token -> System.out.print(token.text()));
      System.out.println();
    }
  }
}

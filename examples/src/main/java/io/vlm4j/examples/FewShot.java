package io.vlm4j.examples;

import io.vlm4j.Session;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code FewShot MODEL IMAGE CAPTION IMAGE...}: captions images in the style of a first one. The
 * session computes what the prompts have in common, the demonstration, only once.
 */
public final class FewShot {
  private FewShot() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    Image shown = Image.read(Path.of(arguments[1]));
    GenerationOptions options = GenerationOptions.builder().maxNewTokens(32).build();
    try (VisionLanguageModel vlm = VisionLanguageModel.load(Path.of(arguments[0]));
        Session session = vlm.session()) {
      for (String file : Arrays.asList(arguments).subList(3, arguments.length)) {
        Image image = Image.read(Path.of(file));
        Prompt prompt = Prompt.builder().example(shown, arguments[2]).query(image).build();
        System.out.println(session.generate(prompt, options).text().strip());
      }
    }
  }
}

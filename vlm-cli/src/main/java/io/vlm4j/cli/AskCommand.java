package io.vlm4j.cli;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.Generation;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers a question about an image. */
@Command(name = "ask", description = "Answer a question about an image.")
final class AskCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image file.")
  private Path image;

  @Parameters(index = "1", paramLabel = "QUESTION", description = "What to ask.")
  private String question;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Prompt prompt = Prompt.of(Image.read(image), question);
    try (VisionLanguageModel model = modelOptions.load()) {
      Generation generation = model.generate(prompt, decoding.options());
      String answer = generation.text().strip();
      Json line =
          new Json().put("image", image.toString()).put("question", question).put("answer", answer);
      System.out.println(json ? Generations.toJson(line, generation) : answer);
    }
    return 0;
  }
}
